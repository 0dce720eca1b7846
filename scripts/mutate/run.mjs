// Which slips in the sources would the tests notice? Switches on mutants one by one and counts those that a test fails on.
//   npm run mutate -- FOLDER... [--sample N] [--seed S] [--tests PATH,...]
// FOLDER: below server/src (`machine`). Without `--tests` the folder's own tests and what stands in TESTS below are run,
// so a survivor may still be noticed elsewhere. Prints survivors, then the score by folder.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Random } from '../fuzz/random.mjs'
import { mutantsOf } from './mutants.mjs'

const ROOT = join(import.meta.dirname, '../..')
/** Tests elsewhere that are meant for a folder: the examples of all rule pages go through everything. */
const PAGES = 'rules/pages.test.ts'
const TESTS = {
  machine: [PAGES],
  edit: [PAGES, 'repair', 'ide/refactor.test.ts', 'ide/completion.test.ts', 'platform/actions.test.ts'],
  config: [PAGES],
  c: [PAGES],
  rules: ['platform'],
  repair: [PAGES],
}
/** A test that takes ten times as long as without the mutant, and a minute, never ends. */
const limitFor = ms => 10 * ms + 60_000

const [folders, options] = parse(process.argv.slice(2))
const scratch = mkdtempSync(join(tmpdir(), 'mutate-'))
const env = {
  ...process.env,
  MUTANT_FILE: join(scratch, 'active'),
  MET_FILE: join(scratch, 'met'),
  MUTANTS: join(scratch, 'mutants.json'),
}

function parse(words) {
  const named = {}
  const rest = []
  for (let i = 0; i < words.length; i++) {
    if (words[i].startsWith('--')) named[words[i].slice(2)] = words[++i]
    else rest.push(words[i])
  }
  if (rest.length === 0)
    throw new Error('usage: npm run mutate -- FOLDER... [--sample N] [--seed S] [--tests PATH,...]')
  return [rest, { sample: Number(named.sample ?? 40), random: new Random(Number(named.seed ?? 1)), tests: named.tests }]
}

function filesBelow(path, ending) {
  if (statSync(path).isFile()) return [path]
  const found = readdirSync(path, { recursive: true, withFileTypes: true })
  return found.flatMap(each => (each.isFile() && each.name.endsWith(ending) ? [join(each.parentPath, each.name)] : []))
}

/** So many mutants of a folder, none within another. */
function sampleOf(folder) {
  const paths = filesBelow(join(ROOT, 'server/src', folder), '.ts').sort()
  const all = paths.flatMap(path => mutantsOf(path, readFileSync(path, 'utf8')))
  const picked = []
  for (let tries = 0; picked.length < options.sample && tries < 20 * options.sample; tries++) {
    const mutant = options.random.one(all)
    const isApart = ({ path, start, end }) => path !== mutant.path || end <= mutant.start || mutant.end <= start
    if (picked.every(isApart)) picked.push({ ...mutant, id: picked.length })
  }
  return picked
}

function testsFor(folder) {
  const named = options.tests?.split(',') ?? [folder.split('/')[0], ...(TESTS[folder.split('/')[0]] ?? [])]
  const below = named.map(name => resolve(ROOT, 'server/test', name))
  return [...new Set(below.flatMap(path => filesBelow(path, '.test.ts')))]
}

/** A process that runs tests; one that does not answer in time is ended with all its own. */
class Tests {
  #child
  #answers
  async run(question, limit) {
    if (!this.#child) this.#start()
    this.#child.stdin.write(`${JSON.stringify(question)}\n`)
    let timer
    const late = new Promise(resolve => {
      timer = setTimeout(() => resolve({ value: undefined }), limit)
    })
    const { value } = await Promise.race([this.#answers.next(), late])
    clearTimeout(timer)
    if (value === undefined) this.stop()
    return value && JSON.parse(value)
  }
  #start() {
    const worker = join(import.meta.dirname, 'worker.mjs')
    const stdio = ['pipe', 'ignore', 'ignore', 'pipe']
    this.#child = spawn(process.execPath, [worker], { cwd: ROOT, env, stdio, detached: true })
    this.#answers = createInterface(this.#child.stdio[3])[Symbol.asyncIterator]()
  }
  stop() {
    if (this.#child) process.kill(-this.#child.pid, 'SIGKILL')
    this.#child = undefined
  }
}

/** The folder's score; survivors are printed as they are found. */
async function score(folder) {
  const mutants = sampleOf(folder)
  writeFileSync(env.MUTANTS, JSON.stringify(mutants))
  const tests = new Tests()
  const files = []
  for (const file of testsFor(folder)) {
    const answer = await tests.run({ id: -1, file }, 15 * 60_000)
    if (answer?.holds) files.push({ file, ...answer })
    else {
      console.log(`  left out, fails by itself: ${relative(ROOT, file)}`)
      // What went wrong in its process is none of the next file's faults.
      tests.stop()
    }
  }
  files.sort((a, b) => a.ms - b.ms)
  let killed = 0
  let unmet = 0
  for (const mutant of mutants) {
    const meeting = files.filter(({ met }) => met.includes(mutant.id))
    if (meeting.length === 0) unmet++
    if (await isNoticed(mutant, meeting, tests)) killed++
    else printSurvivor(mutant, meeting.length)
  }
  tests.stop()
  return [folder, killed, mutants.length, unmet]
}

async function isNoticed({ id }, meeting, tests) {
  for (const { file, ms } of meeting) {
    const answer = await tests.run({ id, file }, limitFor(ms))
    if (!answer?.holds) return true
  }
  return false
}

function printSurvivor({ path, start, end, text, line }, meeting) {
  const before = readFileSync(path, 'utf8').slice(start, end).replace(/\s+/g, ' ')
  const after = text.replace(/\s+/g, ' ') || '(left out)'
  console.log(`  ${relative(ROOT, path)}:${line}: ${before} → ${after}${meeting ? '' : ' (no test comes here)'}`)
}

const rows = []
for (const folder of folders) {
  console.log(folder)
  rows.push(await score(folder))
}
rmSync(scratch, { recursive: true })
for (const [folder, killed, all, unmet] of rows)
  console.log(
    `${folder}: ${killed} of ${all} noticed, ${((100 * killed) / all).toFixed(0)} %; ${unmet} in no test's way`,
  )
