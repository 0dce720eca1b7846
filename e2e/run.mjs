// Runs the packaged extension and the server in real editors, and prints one line a check.
//   node e2e/run.mjs [--times N] [--pictures FOLDER] [--vsix FILE] [--newer FOLDER] [CLIENT…]
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { codeServerEntry, here, install, nodeForCodeServer } from './install.mjs'
import { createReport } from './report.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '1' },
    pictures: { type: 'string' },
    vsix: { type: 'string', default: join(here, '..', 'jailhouse-warden.vsix') },
    newer: { type: 'string', default: join(here, '.newer') },
  },
})
const run = join(here, '.run')
const vsix = resolve(values.vsix)

install()
const { desktop, web } = await import('./clients/code-server.mjs')
const { oldest, api } = await import('./clients/oldest.mjs')
const { neovim, emacs, helix } = await import('./clients/terminal.mjs')
const newer = name => [join(resolve(values.newer), 'bin', name)]
const clients = {
  vscode: desktop,
  'vscode-web-worker': web,
  'vscode-1.91-web': oldest,
  'vscode-api': api,
  neovim: neovim('neovim', ['nvim']),
  'neovim-newer': neovim('neovim-newer', newer('nvim')),
  emacs: emacs('emacs', ['emacs']),
  'emacs-newer': emacs('emacs-newer', newer('emacs')),
  helix: helix('helix', newer('hx')),
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
const report = createReport()
const wanted = positionals.length > 0 ? positionals : Object.keys(clients)
for (let i = 0; i < Number(values.times); i++)
  for (const name of wanted)
    await clients[name](report, { run, vsix, extension, server, pictures }).catch(error =>
      report.fail(name, error.stack),
    )
console.log(`${report.count.passed} passed, ${report.count.failed} failed`)
process.exitCode = report.count.failed > 0 ? 1 : 0
