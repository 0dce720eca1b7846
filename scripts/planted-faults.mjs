// Plants single faults in the configurations of a tree and counts those that get an error or a warning more.
//   node scripts/planted-faults.mjs TREE [--each N] [--seed S] [--more] [--only KIND] [--missed] [--show] [--hints]
// `--each`: how many of a kind in all (default 40). `--more`: other kinds, as users make them. `--missed` prints each
// fault that got none, `--show` each with all that is said of it. `--hints` counts information and hints too.
// Prints by kind: caught of planted; how many got one finding alone; how many got one within the braces of the fault.
import { readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { around, arrayLists } from './faults/elements.mjs'
import { edits, KINDS, MORE_KINDS } from './faults/kinds.mjs'
import { loadCore } from './load-core.mjs'

const [tree, ...flags] = process.argv.slice(2)
if (!tree)
  throw new Error(
    'usage: planted-faults.mjs TREE [--each N] [--seed S] [--more] [--only KIND] [--missed] [--show] [--hints]',
  )
const option = (name, fallback) => (flags.includes(name) ? flags[flags.indexOf(name) + 1] : fallback)
const each = Number(option('--each', 40))
const only = option('--only', '')
const counted = new Set(['error', 'warning', ...(flags.includes('--hints') ? ['information', 'hint'] : [])])

const { analyze, Files, foldAlike, isConfigFile, openFacts } = await loadCore(
  'src/cli/files.ts',
  'src/cli/facts-files.ts',
  'src/rules/fold.ts',
)

const files = new Files()
const configs = readdirSync(join(resolve(tree), 'configs'), { recursive: true })
  .filter(name => name.endsWith('.c'))
  .sort()
  .map(name => files.lookup(pathToFileURL(join(resolve(tree), 'configs', name)).href))
  .filter(isConfigFile)
await openFacts(files, configs, {})
const project = files.project({}, [])

/** Errors and warnings of a file and those analysed with it, and what is not compiled. */
function findingsOf(file) {
  const lookup = uri => (uri === file.uri ? file : files.lookup(uri))
  const { unit, findings, missing } = analyze(file, { ...project, lookup })
  if (missing.files.length + missing.facts.length) throw new Error(`not read: ${missing.files} ${missing.facts}`)
  const shown = foldAlike(findings).filter(({ severity }) => counted.has(severity))
  return { shown, inactive: unit.inactive }
}

/** Those that are not among others, each as often as it is said; alike are those of one name. */
function beyond(findings, others, nameOf) {
  const left = new Map()
  for (const finding of others) left.set(nameOf(finding), (left.get(nameOf(finding)) ?? 0) + 1)
  return findings.filter(finding => {
    const count = left.get(nameOf(finding)) ?? 0
    left.set(nameOf(finding), count - 1)
    return count <= 0
  })
}
const wordsOf = ({ rule, severity, headline }) => `${rule.code} ${severity} ${headline}`

/** The line of a finding, as it reads: those of one rule there are one finding, said again with other numbers. */
function lineOfCode({ rule, span }) {
  const { text, uri } = span.file
  const end = text.indexOf('\n', span.start)
  return `${rule.code} ${uri} ${text.slice(text.lastIndexOf('\n', span.start - 1) + 1, end < 0 ? undefined : end).trim()}`
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g

function planted(file, change) {
  const comments = [...file.text.matchAll(COMMENT)].map(({ index, 0: text }) => [index, index + text.length])
  const isSaid = ({ offset }) => comments.every(([start, end]) => offset < start || end <= offset)
  const all = typeof change === 'function' ? change(file.text) : edits(file.text, ...change)
  return all.filter(isSaid)
}

let state = Number(option('--seed', 1))
function below(n) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return Math.floor(((state >>> 8) / 2 ** 24) * n)
}

const lineOf = (text, offset) => text.slice(0, offset).split('\n').length

function isInside({ span }, changed, offset) {
  if (span.file.uri !== changed.uri) return false
  const { start, end } = around(changed.text, Math.min(offset, changed.text.length))
  return start - 1 <= span.start && span.start <= end
}

/** What stood there and what does now. */
function changeOf(before, after) {
  let start = 0
  while (start < before.length && before[start] === after[start]) start++
  let rest = 0
  while (rest < Math.min(before.length, after.length) - start && before.at(-1 - rest) === after.at(-1 - rest)) rest++
  const shown = text =>
    JSON.stringify(
      text
        .slice(start, text.length - rest)
        .replace(/\s+/g, ' ')
        .slice(0, 50),
    )
  return `${shown(before)} -> ${shown(after)}`
}

function print(finding, changed) {
  const { rule, severity, headline, span } = finding
  const name = span.file.uri === changed.uri ? '' : `${span.file.uri.split('/').at(-1)}:`
  console.log(`      ${severity} ${name}${lineOf(span.file.text, span.start)} ${rule.code} ${headline}`)
}

/** What is not compiled, and lists that no count covers: nothing there is read, so nothing is wrong. */
function isUnread({ shown, inactive }, { text }, offset) {
  const ignored = shown.flatMap(({ headline }) => /^num_\w+ is 0, but (\w+) has/.exec(headline)?.[1] ?? [])
  const spans = [...inactive, ...ignored.flatMap(name => arrayLists(text, name))]
  return spans.some(({ start, end }) => start <= offset && offset < end)
}

const known = new Map()
const sum = [0, 0, 0, 0]
for (const [kind, change] of Object.entries(flags.includes('--more') ? MORE_KINDS : KINDS)) {
  if (!kind.includes(only)) continue
  const choices = configs
    .flatMap(file => planted(file, change).map(fault => ({ file, ...fault })))
    .filter(({ file, text }) => text !== file.text)
  const counts = [0, 0, 0, 0]
  while (counts[1] < each && choices.length) {
    const [{ file, offset, text }] = choices.splice(below(choices.length), 1)
    if (!known.has(file)) known.set(file, findingsOf(file))
    const before = known.get(file)
    if (isUnread(before, file, offset)) continue
    const changed = { uri: file.uri, text }
    const other = beyond(findingsOf(changed).shown, before.shown, wordsOf)
    const fresh = beyond(other, before.shown, lineOfCode)
    const found = fresh.length > 0 ? fresh : other
    const isHere = found.some(finding => isInside(finding, changed, offset))
    for (const [index, holds] of [found.length > 0, true, found.length === 1, isHere].entries())
      if (holds) counts[index]++
    const isPrinted = flags.includes('--show') || (flags.includes('--missed') && found.length === 0)
    if (!isPrinted) continue
    const place = `${relative(resolve(tree), fileURLToPath(file.uri))}:${lineOf(file.text, offset)}`
    const verdict = found.length === 0 ? 'MISSED' : `${found.length}${isHere ? '' : ' ELSEWHERE'}`
    console.log(`  ${kind}: ${place} ${verdict} ${changeOf(file.text, text)}`)
    for (const finding of found) print(finding, changed)
  }
  const [caught, all, alone, here] = counts
  console.log(`${String(caught).padStart(4)} of ${String(all).padStart(4)}  ${kind}; ${alone} alone, ${here} in place`)
  for (const [index, count] of counts.entries()) sum[index] += count
}
const [caught, all, alone, here] = sum
const percent = part => `${((100 * part) / all).toFixed(1)} %`
console.log(`${caught} of ${all} caught (${percent(caught)}); ${percent(alone)} alone, ${percent(here)} in place`)
