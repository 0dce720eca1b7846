// Keystroke to diagnostics over stdio: this server beside clangd, the same edits in the same files.
import { readFileSync } from 'node:fs'
import { has, median, ms, percentile, printTable } from './figures.mjs'
import { LspClient } from './lsp-client.mjs'

const EDITS = 200
const server = new URL('../dist/server/node.js', import.meta.url).pathname
/** As VS Code starts the server. */
const flags = JSON.parse(readFileSync(new URL('../client/src/server-flags.json', import.meta.url), 'utf8'))
export const serverArguments = [...flags, server, '--stdio']

/** Types a digit behind the first `.size = 0x`, or with odd `turn` takes it away again, and waits for the diagnostics. */
export async function keystroke(client, { uri, text }, turn) {
  const offset = text.indexOf('.size = 0x') + '.size = 0x'.length
  const line = text.slice(0, offset).split('\n').length - 1
  const character = offset - text.lastIndexOf('\n', offset - 1) - 1
  const start = { line, character }
  const end = turn % 2 ? { line, character: character + 1 } : start
  await client.diagnostics(uri, client.change(uri, { start, end }, turn % 2 ? '' : '1'))
}

/** Of each keystroke the time by the clock and by the processor, which other programs do not lengthen as much. */
async function edits(client, document) {
  const clock = []
  const processor = []
  for (let i = 0; i < EDITS; i++) {
    const [begin, before] = [performance.now(), client.processorMs()]
    await keystroke(client, document, i)
    clock.push(performance.now() - begin)
    processor.push(client.processorMs() - before)
    // A person pauses between keystrokes; a server may use the pause.
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  return { clock, processor }
}

async function measure(name, command, args, tree, files, options) {
  const client = new LspClient(command, args)
  await client.initialize(tree, options)
  const [first, ...others] = files
  const document = client.open(first)
  await client.diagnostics(document.uri)
  const toFirst = [performance.now() - client.started, client.processorMs()]
  for (const file of others) await client.diagnostics(client.open(file).uri)
  const opened = client.residentMiB()
  const { clock, processor } = await edits(client, document)
  const row = [
    name,
    ...toFirst.map(ms),
    ...[clock, processor].flatMap(samples => [ms(median(samples)), ms(percentile(samples, 0.95))]),
    ms(opened),
    ms(client.residentMiB()),
  ]
  await client.stop()
  return row
}

/** `files`: the file to edit, and those open beside it. */
export async function benchEdits(tree, files) {
  const include = `-I${tree}/include`
  const flags = [include, `-I${tree}/hypervisor/include`, `-I${tree}/hypervisor/arch/x86/include`, '-xc']
  const rows = [await measure('jailhouse-warden', process.execPath, serverArguments, tree, files, {})]
  if (has('clangd'))
    rows.push(await measure('clangd', 'clangd', ['--log=error'], tree, files, { fallbackFlags: flags }))
  const times = ['first ms', 'processor', 'edit median ms', 'p95', 'processor median', 'p95']
  const head = ['server', ...times, 'RSS opened MiB', `after ${EDITS} edits`]
  printTable(`Keystroke to diagnostics, ${files.map(file => file.split('/').at(-1)).join(' with ')}`, head, rows)
}
