// node scripts/fuzz/hard.mjs [--only WORDS] [--all] [FOLDER...]
// Gives inputs that were made to stop it, generated ones or those below the folders, to the command line and to the
// language server, and asks every request about each. Exits with 1 where something takes longer than 2 s, needs more
// than 300 MiB, ends or complains. Time is the processor's, so that a busy machine changes nothing; `--all` runs all
// commands and not `check` alone.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { hardInputs } from './hard-inputs.mjs'
import { checkout, LanguageServer, usageOf } from './language-server.mjs'
import { documentRequests, faultsOf, placeRequests, positionAt } from './requests.mjs'

const MAX_MS = 2000
const MAX_MIB = 300
const MAX_LETTERS = 4_000_000

const option = name => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : process.argv[at + 1]
}
const only = option('only')
const folders = process.argv
  .slice(2)
  .filter((word, i, all) => !word.startsWith('--') && !all[i - 1]?.startsWith('--only'))

let [inputs, failures] = [0, 0]
function fail(name, words) {
  failures++
  console.log(`not ok - ${name}: ${words}`)
}

/** Time and memory of a command, ended when it takes far too long. */
function command(args, cwd) {
  let used = { ms: 0, most: 0 }
  const child = spawn(process.execPath, [join(checkout, 'dist/server/cli.js'), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', data => {
      if (out.length < 1_000_000) out += data
    })
  const watch = setInterval(() => {
    const now = usageOf(child.pid) ?? used
    used = { ms: Math.max(used.ms, now.ms), most: Math.max(used.most, now.most) }
    if (10 * MAX_MS < used.ms) child.kill('SIGKILL')
  }, 20)
  return new Promise(done =>
    child.on('exit', (status, signal) => {
      clearInterval(watch)
      done({ status, signal, out, ...used })
    }),
  )
}

const COMMANDS = [
  ['check'],
  ['check', '--format', 'sarif'],
  ['check', '--diff'],
  ['build', '-o', '/dev/null'],
  ['print', '--stage', 'values'],
  ['simulate'],
]

async function askCommandLine(name, path, cwd) {
  for (const [verb, ...options] of process.argv.includes('--all') ? COMMANDS : COMMANDS.slice(0, 1)) {
    const { status, signal, out, most, ms } = await command([verb, path, ...options], cwd)
    const words = `${verb} ${options.join(' ')}`.trim()
    if (MAX_MS < ms || MAX_MIB < most) fail(name, `${words}: ${ms.toFixed(0)} ms, ${most.toFixed(0)} MiB`)
    if (signal && ms < 10 * MAX_MS) fail(name, `${words}: ended by ${signal}`)
    if (![0, 1, 2].includes(status) && !signal) fail(name, `${words}: exit ${status}: ${out.slice(-500)}`)
    if (/internal error|RangeError|TypeError/.test(out))
      fail(name, `${words}: ${/.*(internal error|RangeError|TypeError).*/.exec(out)[0].slice(0, 300)}`)
  }
}

/** Opens a document and asks everything, at its middle, its end, and where it is densest. */
async function askServer(name, path) {
  const text = readFileSync(path, 'utf8')
  const uri = pathToFileURL(path).href
  const server = await new LanguageServer().start()
  try {
    const words = [...text.matchAll(/\.(?:size|flags|phys_start)\b|\b(?:[AM]\d+|unknown_\d+)\b/g)].map(
      ({ index }) => index + 2,
    )
    const offsets = [words[0], words[Math.floor(words.length / 2)], text.length >> 1, text.length].filter(
      offset => offset !== undefined,
    )
    server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text } })
    await all(server, name, uri, text, documentRequests(uri))
    for (const offset of offsets) await all(server, name, uri, text, placeRequests(uri, positionAt(text, offset)))
    const at = positionAt(text, offsets[0])
    server.notify('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start: at, end: at }, text: ' ' }],
    })
    const typed = `${text.slice(0, offsets[0])} ${text.slice(offsets[0])}`
    await all(server, `${name}, after an edit`, uri, typed, documentRequests(uri))
  } catch (error) {
    fail(name, error.message)
  }
  const { most } = server.usage()
  if (MAX_MIB < most) fail(name, `server: ${most.toFixed(0)} MiB`)
  for (const complaint of server.complaints) fail(name, `server: ${complaint.slice(0, 300)}`)
  await server.end()
}

async function all(server, name, uri, text, requests) {
  for (const [method, params] of requests) {
    const before = server.usage().ms
    const { result, error } = await server.request(method, params, 10 * MAX_MS)
    const ms = server.usage().ms - before
    if (MAX_MS < ms) fail(name, `${method}: ${ms.toFixed(0)} ms`)
    const letters = JSON.stringify(result ?? null).length
    if (MAX_LETTERS < letters) fail(name, `${method}: an answer of ${letters} letters`)
    if (error && error.code === -32603) fail(name, `${method}: ${error.message}`)
    const [first] = text.length < 1_000_000 ? faultsOf(result, uri, text) : []
    if (first) fail(name, `${method}: ${first}`)
  }
}

async function ask(name, path, cwd) {
  inputs++
  const begin = performance.now()
  await askCommandLine(name, path, cwd)
  await askServer(name, path)
  console.log(`# ${name}: ${((performance.now() - begin) / 1000).toFixed(1)} s`)
}

const folder = mkdtempSync(join(tmpdir(), 'hard-'))
if (folders.length === 0)
  for (const [name, [make, sizes]] of Object.entries(hardInputs))
    for (const size of sizes) {
      if (only && !`${name} ${size}`.includes(only)) continue
      const made = make(size)
      const files = typeof made === 'string' ? { 'x.c': made } : made
      const at = mkdtempSync(join(folder, 'x-'))
      for (const [file, text] of Object.entries(files)) writeFileSync(join(at, file), text)
      await ask(`${name}, ${size}`, join(at, 'x.c'), at)
      rmSync(at, { recursive: true })
    }
for (const each of folders)
  for (const path of readdirSync(each, { recursive: true }).map(path => join(resolve(each), path)))
    if (path.endsWith('.c') && statSync(path).isFile()) await ask(path, path, join(path, '..'))
rmSync(folder, { recursive: true })
console.log(`${inputs} inputs, ${failures} failures`)
process.exitCode = failures === 0 ? 0 : 1
