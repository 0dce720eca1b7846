// node scripts/mutation-sweep.mjs TREE [--each N] [--seed S] [--all] [--lost]
// Breaks every configuration of a Jailhouse tree as people do while typing, takes out any one token or line, cuts it at
// any byte, pastes junk anywhere, and asks everything the server can answer: no exception, no hang, and the regions that
// were not touched still evaluated and hoverable. N mutations of each kind a file (40), drawn by the seed (1); all of
// them with --all. Exits with 1 on an exception or a hang, and where fewer than 95 % of the regions are kept by any kind
// of mutation.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { Random } from './fuzz/random.mjs'
import { loadCore } from './load-core.mjs'

const [tree, ...flags] = process.argv.slice(2)
if (!tree) throw new Error('usage: mutation-sweep.mjs TREE [--each N] [--all]')
const option = (name, fallback) => (flags.includes(name) ? Number(flags[flags.indexOf(name) + 1]) : fallback)
const each = flags.includes('--all') ? Number.POSITIVE_INFINITY : option('--each', 40)
const random = new Random(option('--seed', 1))
/** Longer than this is a hang to whoever types, in milliseconds of the processor. */
const HANG_MS = 1000
/** What takes this long by the clock never ends, and is not waited for. */
const ENDLESS_MS = 120_000

if (isMainThread) watch()
else await sweep()

/** The sweep runs beside, so that somebody is left to tell of a mutation that never ends. */
function watch() {
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) })
  const give = () => {
    console.log('never ends:', running)
    process.exit(1)
  }
  let running
  let timer = setTimeout(give, ENDLESS_MS)
  worker.on('message', mutation => {
    running = mutation
    clearTimeout(timer)
    timer = setTimeout(give, ENDLESS_MS)
  })
  worker.on('error', error => {
    console.log(error)
    process.exitCode = 1
  })
  worker.on('exit', code => {
    clearTimeout(timer)
    process.exitCode ||= code
  })
}

async function sweep() {
  const core = await loadCore('test/ide/mutations.ts')
  const { analyze, defaultSettings, mutationsOf } = core
  const list = uri => readdirSync(fileURLToPath(uri)).map(name => uri + encodeURIComponent(name))
  const project = { lookup: reader(), list, settings: defaultSettings, pins: new Map(), known: [] }
  const configs = existsSync(join(resolve(tree), 'configs')) ? join(resolve(tree), 'configs') : resolve(tree)
  const paths = readdirSync(configs, { recursive: true }).filter(path => path.endsWith('.c'))
  const seen = { totals: new Map(), exceptions: 0, hangs: 0, slowest: 0 }
  for (const path of paths.map(path => join(configs, path)).sort()) {
    const original = analyze(project.lookup(pathToFileURL(path).href), project)
    for (const mutation of sampled([...mutationsOf(original.unit.main)])) {
      parentPort.postMessage({ path, mutation })
      run({ core, project, original, path, seen }, mutation)
    }
  }
  process.exitCode = conclude(paths.length, seen) ? 0 : 1
}

function reader() {
  const files = new Map()
  const read = (uri, path) =>
    existsSync(path) && statSync(path).isFile() ? { uri, text: readFileSync(path, 'utf8') } : 'absent'
  return uri => {
    if (!files.has(uri)) files.set(uri, read(uri, fileURLToPath(uri)))
    return files.get(uri)
  }
}

/** So many of each kind, at random. */
function sampled(mutations) {
  if (each === Number.POSITIVE_INFINITY) return mutations
  return ['token', 'line', 'truncate', 'junk'].flatMap(kind => {
    const all = mutations.filter(mutation => mutation.kind === kind)
    return Array.from({ length: Math.min(all.length, each) }, () => random.one(all))
  })
}

function run({ core, project, original, path, seen }, mutation) {
  const file = core.mutated(original.unit.main, mutation)
  const kind = mutation.kind === 'junk' ? `junk ${JSON.stringify(mutation.text)}` : mutation.kind
  const total = seen.totals.get(kind) ?? { mutations: 0, untouched: 0, kept: 0 }
  seen.totals.set(kind, total)
  total.mutations++
  const ask = () => {
    const begin = process.cpuUsage()
    // Another object, of which nothing is remembered.
    const analysis = core.analyze({ ...file }, project)
    core.askEverything(analysis, Math.min(mutation.start + mutation.text.length, file.text.length), project)
    const { user, system } = process.cpuUsage(begin)
    return { analysis, ms: (user + system) / 1000 }
  }
  try {
    let { analysis, ms } = ask()
    // Garbage of those before may be collected meanwhile: what takes long takes long again.
    if (HANG_MS < ms) ms = Math.min(ms, ask().ms)
    seen.slowest = Math.max(seen.slowest, ms)
    if (HANG_MS < ms) {
      seen.hangs++
      console.log(`${path}: ${Math.round(ms)} ms`, mutation)
    }
    const { untouched, kept } = core.survivors(original, analysis, mutation)
    total.untouched += untouched
    total.kept += kept
    if (flags.includes('--lost') && kept < untouched * 0.5) console.log(path, mutation, `${kept} of ${untouched}`)
  } catch (error) {
    seen.exceptions++
    console.log(path, mutation, error)
  }
}

function conclude(files, { totals, exceptions, hangs, slowest }) {
  const share = (kept, untouched) => `${((100 * kept) / Math.max(1, untouched)).toFixed(2)} %`
  for (const [kind, { mutations, untouched, kept }] of totals)
    console.log(
      `${kind.padEnd(24)} ${String(mutations).padStart(7)} mutations, ${share(kept, untouched)} of untouched regions kept`,
    )
  const all = [...totals.values()].reduce((a, b) => ({ untouched: a.untouched + b.untouched, kept: a.kept + b.kept }))
  console.log(
    `${files} files, ${exceptions} exceptions, ${hangs} hangs, slowest ${slowest.toFixed(0)} ms, ${share(all.kept, all.untouched)} kept`,
  )
  return (
    exceptions === 0 && hangs === 0 && [...totals.values()].every(({ untouched, kept }) => untouched * 0.95 <= kept)
  )
}
