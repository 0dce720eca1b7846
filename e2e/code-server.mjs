// A real VS Code, served to a browser on loopback by code-server.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { codeServerEntry, nodeForCodeServer } from './install.mjs'

const settings = {
  // Its code actions come and go while VS Code starts, and an open menu of fixes with them.
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'window.menuBarVisibility': 'compact',
  'editor.hover.delay': 100,
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
}

export const freePort = () =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

async function answers(url, process) {
  for (let tries = 0; tries < 300; tries++) {
    if (process.exitCode !== null) throw new Error(`code-server ended with ${process.exitCode}`)
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`no answer from ${url}`)
}

/** Writes the user's settings below `data`; an editor reads them when its page is loaded. */
export function writeSettings(data, more = {}) {
  const folder = join(data, 'user', 'User')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...settings, ...more }, null, 2))
}

/**
 * Starts VS Code with its data below `data`, with the extension of `vsix` installed if one is given.
 * Answers where a folder is shown, what the server printed, and how to stop it.
 */
export async function startCodeServer({ data, vsix, port, more = {} }) {
  const user = join(data, 'user')
  writeSettings(data, more)
  writeFileSync(join(data, 'config.yaml'), 'auth: none\n')
  const at = [
    '--config',
    join(data, 'config.yaml'),
    '--user-data-dir',
    user,
    '--extensions-dir',
    join(data, 'extensions'),
  ]
  const node = nodeForCodeServer()
  if (vsix) {
    const installed = spawnSync(node, [codeServerEntry, ...at, '--install-extension', vsix], { encoding: 'utf8' })
    if (installed.status !== 0) throw new Error(`${installed.stdout}${installed.stderr}`)
  }
  const quiet = ['--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust']
  const chosen = port ?? (await freePort())
  const server = spawn(node, [codeServerEntry, ...at, ...quiet, '--bind-addr', `127.0.0.1:${chosen}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, VSCODE_PROXY_URI: '' },
  })
  let log = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', text => (log += text))
  await answers(`http://127.0.0.1:${chosen}/healthz`, server).catch(error => {
    server.kill()
    throw new Error(`${error.message}\n${log}`)
  })
  return {
    port: chosen,
    log: () => log,
    stop: () =>
      new Promise(resolve => {
        server.once('exit', resolve)
        server.kill('SIGTERM')
      }),
  }
}

export const folderUrl = (port, folder) => `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`
