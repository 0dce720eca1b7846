// Plants single faults in the configurations of a tree and counts those that get an error or a warning more.
//   node scripts/planted-faults.mjs TREE [--each N] [--seed S] [--missed]
// `--each`: how many of a kind in all (default 40). `--missed` prints each fault that got none.
// Prints `caught of planted` by kind, and at last for all of them.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loadCore } from './load-core.mjs'

const [tree, ...flags] = process.argv.slice(2)
if (!tree) throw new Error('usage: planted-faults.mjs TREE [--each N] [--seed S] [--missed]')
const option = (name, fallback) => (flags.includes(name) ? Number(flags[flags.indexOf(name) + 1]) : fallback)
const each = option('--each', 40)

const { analyze, defaultSettings } = await loadCore()

/** By kind: what is looked for, and what stands there afterwards. */
const KINDS = {
  '|| for |': [/(JAILHOUSE_MEM_\w+) \|/g, '$1 ||'],
  'flag lost': [/JAILHOUSE_MEM_\w+ \|\s+/g, ''],
  'console flag as memory flag': [/JAILHOUSE_MEM_(READ|IO|DMA|EXECUTE)(?!_|\w)/g, 'JAILHOUSE_CON_ACCESS_MMIO'],
  'memory flag as cell flag': [/JAILHOUSE_CELL_\w+/g, 'JAILHOUSE_MEM_READ'],
  'memory flag as console flag': [/JAILHOUSE_CON_(?!TYPE)\w+/g, 'JAILHOUSE_MEM_WRITE'],
  'size off by a page': [/(\.size = 0x\w+)/g, '$1 - 0x1000'],
  'address off by a byte': [/(\.phys_start = 0x\w+)/g, '$1 + 1'],
  'address beyond the page': [/(\.virt_start = 0x\w+)/g, '$1 + 0x800'],
  'end for size': [/(\.phys_start = (0x\w+),\s*\.virt_start = 0x\w+,\s*\.size = )(0x\w+)/g, '$1$2 + $3'],
  'phys for virt': [/\.phys_start = (0x\w+),(\s*)\.virt_start = (?!\1)(0x\w+)/g, '.phys_start = $3,$2.virt_start = $1'],
  'count one less': [/(\.num_\w+ = ARRAY_SIZE\([\w.]+\))/g, '$1 - 1'],
  'count one more': [/(\.num_\w+ = ARRAY_SIZE\([\w.]+\))/g, '$1 + 1'],
  'peers as many as the number of the device': [/\.shmem_peers = \d+/g, '.shmem_peers = 0'],
  'number of the device beyond the peers': [/\.shmem_dev_id = \d+/g, '.shmem_dev_id = 9'],
  'section of another region': [/(\.shmem_regions_start = \d+)/g, '$1 + 1'],
  'other bdf': [/(\.bdf = \d+ << 3)/g, '$1 | 7'],
  'console type lost': [/\.type = JAILHOUSE_CON_TYPE_\w+,/g, ''],
  'pin base unaligned': [/(\.pin_base = \d+)/g, '$1 + 1'],
  'irqchip elsewhere': [/(\.address = 0x\w+,\s*\.pin_base)/g, match => match.replace(/0x\w+/, '0xdead0000')],
  'field misspelled': [/\.(phys_star)t\b/g, '.$1'],
  'constant misspelled': [/JAILHOUSE_MEM_WRITE/g, 'JAILHOUSE_MEM_WIRTE'],
  'comma lost': [/(\.virt_start = 0x\w+),/g, '$1'],
}

const files = new Map()
function lookup(uri) {
  const path = fileURLToPath(uri)
  if (!files.has(uri))
    files.set(uri, existsSync(path) && statSync(path).isFile() ? { uri, text: readFileSync(path, 'utf8') } : 'absent')
  return files.get(uri)
}
function list(uri) {
  const path = fileURLToPath(uri)
  return existsSync(path) ? readdirSync(path).map(name => uri + encodeURIComponent(name)) : []
}
const project = { lookup, list, facts: () => 'pending', settings: defaultSettings, pins: new Map(), known: [] }

/** Errors and warnings of a file and those analysed with it, each as often as it is said; and what is not compiled. */
function findingsOf(file) {
  const counts = new Map()
  const lookupChanged = uri => (uri === file.uri ? file : lookup(uri))
  const { unit, findings, missing } = analyze(file, { ...project, lookup: lookupChanged })
  if (missing.files.length) throw new Error(`not read: ${missing.files}`)
  for (const { rule, severity, headline } of findings)
    if (severity === 'error' || severity === 'warning') {
      const key = `${rule.code} ${severity} ${headline}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  return { counts, inactive: unit.inactive }
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g

function planted(file, [pattern, replacement]) {
  const comments = [...file.text.matchAll(COMMENT)].map(({ index, 0: text }) => [index, index + text.length])
  const isSaid = ({ index }) => comments.every(([start, end]) => index < start || end <= index)
  return [...file.text.matchAll(pattern)].filter(isSaid).map(match => {
    const text = match[0].replace(new RegExp(pattern.source), replacement)
    return {
      offset: match.index,
      text: file.text.slice(0, match.index) + text + file.text.slice(match.index + match[0].length),
    }
  })
}

let state = option('--seed', 1)
function below(n) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return Math.floor(((state >>> 8) / 2 ** 24) * n)
}

const configs = readdirSync(join(resolve(tree), 'configs'), { recursive: true })
  .filter(name => name.endsWith('.c'))
  .sort()
  .map(name => lookup(pathToFileURL(join(resolve(tree), 'configs', name)).href))
const before = new Map()
let [allCaught, all] = [0, 0]
for (const [kind, change] of Object.entries(KINDS)) {
  const choices = configs
    .flatMap(file => planted(file, change).map(fault => ({ file, ...fault })))
    .filter(({ file, text }) => text !== file.text)
  let [caught, count] = [0, 0]
  while (count < each && choices.length) {
    const [{ file, offset, text }] = choices.splice(below(choices.length), 1)
    if (!before.has(file)) before.set(file, findingsOf(file))
    const known = before.get(file)
    // In a branch out of force nothing is compiled, so nothing is wrong.
    if (known.inactive.some(({ start, end }) => start <= offset && offset < end)) continue
    const isCaught = [...findingsOf({ uri: file.uri, text }).counts].some(
      ([key, times]) => (known.counts.get(key) ?? 0) < times,
    )
    count++
    if (isCaught) caught++
    else if (flags.includes('--missed')) {
      const line = file.text.slice(0, offset).split('\n').length
      console.log(`  ${kind}: ${fileURLToPath(file.uri).slice(resolve(tree).length + 1)}:${line}`)
    }
  }
  console.log(`${String(caught).padStart(4)} of ${String(count).padStart(4)}  ${kind}`)
  allCaught += caught
  all += count
}
console.log(`${allCaught} of ${all} caught (${((100 * allCaught) / all).toFixed(1)} %)`)
