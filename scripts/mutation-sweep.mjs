// node scripts/mutation-sweep.mjs TREE [--each N] [--all]
// Breaks every configuration of a Jailhouse tree as people do while typing, takes out any one token or line, cuts it at
// any byte, pastes junk anywhere, and asks everything the server can answer: no exception, no hang, and the regions that
// were not touched still evaluated and hoverable. N mutations of each kind a file (40); all of them with --all.
// Exits with 1 on an exception, and where fewer than 95 % of the regions are kept by any kind of mutation.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loadCore } from './load-core.mjs'

const [tree, ...flags] = process.argv.slice(2)
if (!tree) throw new Error('usage: mutation-sweep.mjs TREE [--each N] [--all]')
const each = flags.includes('--all') ? Number.POSITIVE_INFINITY : Number(flags[flags.indexOf('--each') + 1] ?? 40) || 40
/** Longer than this is a hang to whoever types. */
const HANG_MS = 1000

const { analyze, askEverything, defaultSettings, mutated, mutationsOf, survivors } =
  await loadCore('test/ide/mutations.ts')

const files = new Map()
function lookup(uri) {
  const path = fileURLToPath(uri)
  if (!files.has(uri))
    files.set(uri, existsSync(path) && statSync(path).isFile() ? { uri, text: readFileSync(path, 'utf8') } : 'absent')
  return files.get(uri)
}
const list = uri => readdirSync(fileURLToPath(uri)).map(name => uri + encodeURIComponent(name))
const project = { lookup, list, settings: defaultSettings, pins: new Map(), known: [] }

/** Spread ones of each kind, at places that differ from file to file. */
function sampled(mutations, file) {
  return ['token', 'line', 'truncate', 'junk'].flatMap(kind => {
    const all = mutations.filter(mutation => mutation.kind === kind)
    const step = Math.max(1, all.length / each)
    const offset = each === Number.POSITIVE_INFINITY ? 0 : (0.5 + file * 0.618) % 1
    return Array.from({ length: Math.min(all.length, each) }, (_, i) => all[Math.floor((i + offset) * step)])
  })
}

const totals = new Map()
let exceptions = 0
let slowest = { ms: 0 }

function run(path, original, mutation) {
  const file = mutated(original.unit.main, mutation)
  const kind = mutation.kind === 'junk' ? `junk ${JSON.stringify(mutation.text)}` : mutation.kind
  const total = totals.get(kind) ?? { mutations: 0, untouched: 0, kept: 0 }
  totals.set(kind, total)
  total.mutations++
  const begin = performance.now()
  try {
    const analysis = analyze(file, project)
    askEverything(analysis, Math.min(mutation.start + mutation.text.length, file.text.length), project)
    const ms = performance.now() - begin
    if (slowest.ms < ms) slowest = { ms, path, mutation }
    if (HANG_MS < ms) console.log(`${path}: ${Math.round(ms)} ms`, mutation)
    const { untouched, kept } = survivors(original, analysis, mutation)
    total.untouched += untouched
    total.kept += kept
    if (flags.includes('--lost') && kept < untouched * 0.5) console.log(path, mutation, `${kept} of ${untouched}`)
  } catch (error) {
    exceptions++
    console.log(path, mutation, error)
  }
}

const configs = join(resolve(tree), 'configs')
const paths = readdirSync(existsSync(configs) ? configs : tree, { recursive: true })
  .filter(path => path.endsWith('.c'))
  .map(path => join(existsSync(configs) ? configs : resolve(tree), path))
for (const [i, path] of paths.sort().entries()) {
  const original = analyze(lookup(pathToFileURL(path).href), project)
  for (const mutation of sampled([...mutationsOf(original.unit.main)], i)) run(path, original, mutation)
}

const share = (kept, untouched) => `${((100 * kept) / Math.max(1, untouched)).toFixed(2)} %`
for (const [kind, { mutations, untouched, kept }] of totals)
  console.log(
    `${kind.padEnd(24)} ${String(mutations).padStart(7)} mutations, ${share(kept, untouched)} of untouched regions kept`,
  )
const all = [...totals.values()].reduce((a, b) => ({ untouched: a.untouched + b.untouched, kept: a.kept + b.kept }))
console.log(
  `${paths.length} files, ${exceptions} exceptions, slowest ${slowest.ms.toFixed(0)} ms, ${share(all.kept, all.untouched)} kept`,
)
const isKept = [...totals.values()].every(({ untouched, kept }) => untouched * 0.95 <= kept)
process.exitCode = exceptions === 0 && isKept ? 0 : 1
