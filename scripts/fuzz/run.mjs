// npm run fuzz -- [--minutes N] [--inputs N] [--seed S] [--only KIND] [TREE]
// Makes inputs at random and gives them to everything: declarations to the front end beside gcc, mutated configurations
// to every request of a session and to the command line, mutated facts, project files, baselines and logs to what reads
// them, messages that are none to the server. Nothing may fail, take longer than 2 s of the processor, or answer with
// places outside of the text; a session that was edited says what a fresh one says. What takes long is run once more
// alone before it counts. Seeds count up from S, and one alone is run again by `--seed S --inputs 1`. Exits with 1 when
// something was found.
import { fork } from 'node:child_process'
import { join, resolve } from 'node:path'
import { usageOf } from './language-server.mjs'

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : process.argv[at + 1]
}
const operands = process.argv.slice(2).filter((word, i, all) => !word.startsWith('--') && !all[i - 1]?.startsWith('--'))
const inputs = Number(option('inputs', Number.POSITIVE_INFINITY))
const minutes = Number(option('minutes', inputs === Number.POSITIVE_INFINITY ? 1 : 1e9))
const first = Number(option('seed', 1))
const tree = operands[0] && resolve(operands[0])

/** One input asks a hundred questions or more; what takes this long all in all hangs, in milliseconds of the processor. */
const HANG_MS = 60_000
/** What is resident of a process that holds several sessions and the fuzzer itself. */
const MAX_MIB = 900

const [begin, counts, finds] = [performance.now(), new Map(), new Map()]

function report(seed, kind, words) {
  const known = words.replace(/\d+/g, 'N').slice(0, 120)
  if (!finds.has(known)) console.log(`seed ${seed} ${kind}: ${words.slice(0, 1500)}`)
  finds.set(known, (finds.get(known) ?? 0) + 1)
}

const startWorker = () => {
  const worker = fork(join(import.meta.dirname, 'worker.mjs'), [JSON.stringify({ tree, only: option('only') })])
  return new Promise(done => worker.once('message', () => done(worker)))
}

/** What a busy machine, or what inputs before left behind, may have caused: counts when it comes again alone. */
const isOfMoment = words => /^(hangs|needs \d|ends with)|takes \d+ ms/.test(words)

/** Runs one input: its kind, what was found, and whether the worker lives on. */
function run(worker, seed) {
  const start = usageOf(worker.pid)?.ms ?? 0
  let kind = '?'
  return new Promise(done => {
    const finish = (faults, isAlive) => {
      clearInterval(watch)
      worker.removeAllListeners()
      if (!isAlive) worker.kill('SIGKILL')
      done({ kind, faults, isAlive })
    }
    const watch = setInterval(() => {
      const { ms, now } = usageOf(worker.pid) ?? { ms: start, now: 0 }
      if (HANG_MS < ms - start) finish(['hangs'], false)
      else if (MAX_MIB < now) finish([`needs ${MAX_MIB} MiB`], false)
    }, 100)
    worker.on('exit', code => finish([`ends with ${code}`], false))
    worker.on('message', ({ begun, ended }) => {
      if (begun) kind = begun
      if (ended) finish(ended.faults, true)
    })
    worker.send({ seed })
  })
}

let worker
async function runOrAgain(seed) {
  worker ??= await startWorker()
  const first = await run(worker, seed)
  if (!first.isAlive) worker = undefined
  if (!first.faults.some(isOfMoment)) return first
  worker?.kill()
  worker = await startWorker()
  const second = await run(worker, seed)
  if (!second.isAlive) worker = undefined
  return second
}

let done = 0
for (; done < inputs && performance.now() - begin < minutes * 60_000; done++) {
  const { kind, faults } = await runOrAgain(first + done)
  counts.set(kind, (counts.get(kind) ?? 0) + 1)
  for (const words of faults) report(first + done, kind, words)
}
worker?.kill()
const share = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')
console.log(
  `${done} inputs in ${((performance.now() - begin) / 60_000).toFixed(1)} min (${share}); ${finds.size} kinds of finds`,
)
process.exitCode = finds.size === 0 ? 0 : 1
