// The system map over stdio: the first answer after the diagnostics, each one after a change of the text, and each time the
// same is asked again.
import { readFileSync } from 'node:fs'
import { serverArguments } from './edits.mjs'
import { median, ms, printTable } from './figures.mjs'
import { LspClient } from './lsp-client.mjs'

const TIMES = 20

/** Milliseconds of processor the process has taken so far; the clock of /proc has ticks of ten. */
function processorMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function timed(action) {
  const begin = performance.now()
  await action()
  return performance.now() - begin
}

async function measure(tree, paths) {
  const client = new LspClient(process.execPath, serverArguments)
  await client.initialize(tree, {})
  const [{ uri }] = paths.map(path => client.open(path))
  await client.diagnostics(uri)
  await new Promise(resolve => setTimeout(resolve, 1500))
  const ask = () => client.request('jailhouseWarden/systemMap', { uri })
  const before = processorMs(client.pid)
  const first = await timed(ask)
  const firstProcessor = processorMs(client.pid) - before
  const again = []
  const changed = []
  for (let i = 0; i < TIMES; i++) {
    again.push(await timed(ask))
    const place = { line: 0, character: 0 }
    const version = client.change(uri, { start: place, end: place }, '\n')
    await client.diagnostics(uri, version)
    changed.push(await timed(ask))
  }
  await client.stop()
  return [ms(first), ms(firstProcessor), ms(median(changed)), ms(median(again))]
}

export async function benchMap(tree, pairs) {
  const rows = []
  for (const [name, paths] of pairs) rows.push([name, ...(await measure(tree, paths))])
  printTable(
    'System map: from request to answer',
    ['system', 'first', 'of it processor', 'after a change', 'again'],
    rows,
  )
}
