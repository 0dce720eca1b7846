// Memory of the server over thousands of edits, beside clangd: it must not grow.

import { keystroke, serverArguments } from './edits.mjs'
import { has, ms, printTable } from './figures.mjs'
import { LspClient } from './lsp-client.mjs'

const EDITS = 10_000
const MARKS = [0, 0.1, 0.25, 0.5, 0.75, 1]

/** Resident MiB after each share of the edits, in `MARKS`. */
async function measure(name, command, args, tree, files, options, edits) {
  const client = new LspClient(command, args)
  await client.initialize(tree, options)
  const [first, ...others] = files
  const document = client.open(first)
  await client.diagnostics(document.uri)
  for (const file of others) await client.diagnostics(client.open(file).uri)
  const marks = MARKS.map(share => Math.round(share * edits))
  const resident = []
  for (let i = 0; i <= edits; i++) {
    if (marks.includes(i)) resident.push(client.residentMiB())
    await keystroke(client, document, i)
  }
  await client.stop()
  return [name, ...resident.map(ms)]
}

/** `files`: the file to edit, and those open beside it. clangd gets a tenth of the edits: it takes its time. */
export async function benchMemory(tree, files, edits = EDITS) {
  const rows = [await measure('jailhouse-warden', process.execPath, serverArguments, tree, files, {}, edits)]
  if (has('clangd')) {
    const options = { fallbackFlags: [`-I${tree}/include`, '-xc'] }
    rows.push(await measure('clangd, a tenth', 'clangd', ['--log=error'], tree, files, options, edits / 10))
  }
  const head = ['server', ...MARKS.map(share => `${share * 100} %`)]
  printTable(
    `Resident MiB over ${edits} edits, ${files.map(file => file.split('/').at(-1)).join(' with ')}`,
    head,
    rows,
  )
}
