// A workspace of C files that are no configurations: what it costs to have it open, and what it costs to leave it alone.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keystroke, serverArguments } from './edits.mjs'
import { median, ms, printTable } from './figures.mjs'
import { LspClient } from './lsp-client.mjs'

const FILES = 50_000
const IDLE_SECONDS = 10
const EDITS = 50

const source = number =>
  `#include <stdint.h>\n\n/* driver ${number} */\nint probe_${number}(struct device *dev)\n{\n\treturn dev->size == 0x${number};\n}\n`

/** A configuration pair in `configs/`, half of the other files in the same folder and half in a build folder git ignores. */
export function makeWorkspace(pair, files = FILES) {
  const root = mkdtempSync(join(tmpdir(), 'warden-workspace-'))
  for (const folder of ['configs', 'include', 'build']) mkdirSync(join(root, folder))
  for (const folder of Array.from({ length: 100 }, (_, i) => join(root, 'build', `part-${i}`))) mkdirSync(folder)
  writeFileSync(join(root, '.gitignore'), 'build/\n')
  for (const name of readdirSync(pair)) cpSync(join(pair, name), join(root, 'configs', name))
  cpSync(join(pair, '../k3-board.h'), join(root, 'k3-board.h'))
  for (let i = 0; i < files; i++) {
    const folder = i % 2 ? 'configs' : `build/part-${i % 100}`
    writeFileSync(join(root, folder, `driver-${i}.c`), source(i))
  }
  return root
}

/** Processor time of a process in ms, by the clock of the kernel (10 ms a tick). */
function processorMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** What `action` takes of the clock and of the server's processor time. */
async function cost(client, action) {
  const [begin, used] = [performance.now(), processorMs(client.pid)]
  await action()
  return [performance.now() - begin, processorMs(client.pid) - used, client.residentMiB()]
}

async function rowsOf(root) {
  const client = new LspClient(process.execPath, serverArguments)
  const rows = []
  const note = async (name, action) => rows.push([name, ...(await cost(client, action)).map(ms)])
  let document
  await note('workspace opened', () => client.initialize(root, {}))
  await note('configuration opened', async () => {
    document = client.open(join(root, 'configs/k3-demo.c'))
    await client.diagnostics(document.uri)
  })
  await note(`${EDITS} edits`, async () => {
    const samples = []
    for (let i = 0; i < EDITS; i++) samples.push((await cost(client, () => keystroke(client, document, i)))[0])
    rows.push(['an edit, median', ms(median(samples)), '', ''])
  })
  await note('another C file opened', async () => {
    client.open(join(root, 'configs/driver-1.c'))
    await client.request('textDocument/hover', { textDocument: document, position: { line: 0, character: 0 } })
  })
  await note('workspace symbols', () => client.request('workspace/symbol', { query: '0x8' }))
  await note('all files touched', async () => {
    const changes = Array.from({ length: FILES }, (_, i) => ({ uri: `${document.uri}-driver-${i}.c`, type: 2 }))
    client.notify('workspace/didChangeWatchedFiles', { changes })
    await keystroke(client, document, EDITS)
  })
  await note(`${IDLE_SECONDS} s idle`, () => new Promise(resolve => setTimeout(resolve, IDLE_SECONDS * 1000)))
  await client.stop()
  return rows
}

/** `pair`: a folder with a root configuration `k3-demo.c`. */
export async function benchWorkspace(pair, files = FILES) {
  const root = makeWorkspace(pair, files)
  const head = ['what happens', 'ms', 'processor ms', 'RSS MiB']
  printTable(`A workspace of ${files} C files that are no configurations`, head, await rowsOf(root))
  rmSync(root, { recursive: true })
}
