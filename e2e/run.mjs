// Runs the packaged extension and the server in real editors, and prints one line a check. Without names all clients of
// the table run, and the views and the map of VS Code; `vscode-web-worker-map` runs by name.
//   node e2e/run.mjs [--repeat N] [--pictures FOLDER] [--vsix FILE] [--newer FOLDER] [--write-table] [CLIENT…]
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { assertTable, tableOf, viewsTable, writeTable } from './client-table.mjs'
import { codeServerEntry, here, install, nodeForCodeServer } from './install.mjs'
import { tableOfRuns } from './repeat.mjs'
import { createReport } from './report.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '1' },
    pictures: { type: 'string' },
    vsix: { type: 'string', default: join(here, '..', 'jailhouse-warden.vsix') },
    newer: { type: 'string', default: join(here, '.newer') },
    'write-table': { type: 'boolean', default: false },
  },
})
const run = join(here, '.run')
const vsix = resolve(values.vsix)

install()
const { board, desktop, desktopViews, german, map, web, webMap, webViews } = await import('./clients/code-server.mjs')
const { views } = await import('./views.mjs')
const { oldest, api } = await import('./clients/oldest.mjs')
const { neovim, emacs, helix } = await import('./clients/terminal.mjs')
const newer = name => [join(resolve(values.newer), 'bin', name)]
const clients = {
  vscode: { label: 'VS Code 1.139 (code-server)', drive: desktop },
  'vscode-web-worker': { label: 'VS Code 1.139, server in a web worker', drive: web },
  'vscode-map': { drive: map, always: true },
  'vscode-german': { drive: german, always: true },
  'vscode-board': { drive: board, always: true },
  'vscode-web-worker-map': { drive: webMap },
  'vscode-views': { drive: desktopViews, always: true },
  'vscode-web-worker-views': { drive: webViews, always: true },
  'vscode-1.91-web': { label: 'VS Code 1.91 in the browser alone', drive: oldest },
  'vscode-api': { label: 'VS Code 1.91, through its API', drive: api },
  neovim: { label: 'Neovim 0.7', drive: neovim('neovim', ['nvim']) },
  'neovim-newer': { label: 'Neovim 0.10', drive: neovim('neovim-newer', newer('nvim')) },
  emacs: { label: 'Emacs 28, eglot 1.9', drive: emacs('emacs', ['emacs']) },
  'emacs-newer': { label: 'Emacs 30, eglot built in', drive: emacs('emacs-newer', newer('emacs')) },
  helix: { label: 'Helix 25.01', drive: helix('helix', newer('hx')) },
}

/** The package as VS Code unpacks it: what is tested is what is shipped. */
function unpacked() {
  rmSync(run, { recursive: true, force: true })
  const folder = join(run, 'package')
  mkdirSync(folder, { recursive: true })
  const args = ['--user-data-dir', join(run, 'user'), '--extensions-dir', folder, '--install-extension', vsix]
  const { status, stdout, stderr } = spawnSync(nodeForCodeServer(), [codeServerEntry, ...args], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CONFIG_HOME: join(run, 'user') },
  })
  if (status !== 0) throw new Error(`${stdout}${stderr}`)
  return join(
    folder,
    readdirSync(folder).find(name => name.startsWith('jailhouse-warden')),
  )
}

const extension = unpacked()
const server = [process.execPath, join(extension, 'dist', 'server', 'node.js'), '--stdio']
const pictures = values.pictures && resolve(values.pictures)
const times = Number(values.repeat)
const report = createReport({ quiet: times > 1 })
const usual = Object.keys(clients).filter(name => clients[name].label)
const always = Object.keys(clients).filter(name => clients[name].always)
const wanted = positionals.length > 0 ? positionals : [...usual, ...always]
const resultsOf = name => report.results.filter(({ title }) => title.startsWith(`${name}: `))
const settle = values['write-table'] ? writeTable : assertTable
const runs = []
for (let turn = 1; turn <= times; turn++) for (const name of wanted) runs.push(await runOf(name, turn))
if (usual.every(name => wanted.includes(name))) await checkClients()
if (['vscode-views', 'vscode-web-worker-views'].every(name => wanted.includes(name))) await checkViews()
if (times > 1) console.log(tableOfRuns(runs))
console.log(`${report.count.passed} passed, ${report.count.failed} failed`)
process.exitCode = report.count.failed > 0 ? 1 : 0

/** One run of a client, from nothing; of repeated runs, what a failed one left is kept. */
async function runOf(name, turn) {
  const data = join(run, name)
  rmSync(data, { recursive: true, force: true })
  const [since, before] = [performance.now(), report.results.length]
  await clients[name]
    .drive(report, { data, vsix, extension, server, pictures })
    .catch(error => report.fail(`${name}: ran to its end`, error.stack))
  const seconds = (performance.now() - since) / 1000
  const failed = report.results.slice(before).filter(({ ok, reached }) => !ok && reached)
  if (failed.length > 0 && times > 1) renameSync(data, `${data}-failed-${turn}`)
  return { name, seconds, failed: failed.map(({ title }) => title) }
}

async function checkClients() {
  const messagesOf = name => {
    const log = join(run, name, 'initialize.json')
    return existsSync(log) ? JSON.parse(readFileSync(log, 'utf8')) : undefined
  }
  const rows = usual.map(name => ({ label: clients[name].label, results: resultsOf(name), messages: messagesOf(name) }))
  const table = () => settle('README.md', 'clients', tableOf(rows, messagesOf('neovim-newer')))
  await report.steps('docs', [['the table of editors is what was seen', table]])
}

async function checkViews() {
  const titles = views.map(([title]) => title)
  const hosts = [
    { heading: 'server process', results: resultsOf('vscode-views') },
    { heading: 'web worker', results: resultsOf('vscode-web-worker-views') },
  ]
  const table = () => settle('vscode.md', 'views', viewsTable(titles, hosts))
  await report.steps('docs', [['the table of views is what was seen', table]])
}
