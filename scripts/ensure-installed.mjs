// Installs the packages of the lockfile unless they are there: so `npm test` and `npm run demo` work right after a clone.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const checkout = join(dirname(fileURLToPath(import.meta.url)), '..')

const packagesIn = path => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {})

/** Whether a folder's node_modules holds every version its lockfile names; packages of other platforms may be absent. */
export function isInstalled(folder) {
  const installed = packagesIn(join(folder, 'node_modules', '.package-lock.json'))
  return Object.entries(packagesIn(join(folder, 'package-lock.json')))
    .filter(([path, { version, optional }]) => path.startsWith('node_modules/') && version && !optional)
    .every(([path, { version }]) => installed[path]?.version === version)
}

export function npm(args, { cwd, env = process.env }) {
  const options = { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' }
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund']
  const { status, stdout, stderr, error } = spawnSync('npm', [...args, ...quiet], options)
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}\n${stdout}${stderr}${error ?? ''}`)
}

export function ensureInstalled() {
  if (isInstalled(checkout)) return
  console.log('installing packages from npm, once (about half a minute) …')
  npm(['ci'], { cwd: checkout })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled()
