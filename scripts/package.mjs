// Makes the two things that are published, each the same bytes whenever it is made from the same commit:
//   jailhouse-warden.vsix            the extension, for desktop and web
//   jailhouse-warden-<version>.tgz   the npm package of the command line and the language server
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout, ensureInstalled, npm } from './ensure-installed.mjs'

const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
const vsix = 'jailhouse-warden.vsix'
const tarball = `${manifest.name}-${manifest.version}.tgz`

/** Seconds since 1970 of the commit; without git, of the earliest day a zip file can hold. */
function commitTime() {
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: checkout, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : '315532800'
}

/** Beside the bundles; the page of the extension as it is shipped. */
const readme = 'dist/readme.md'

/** An installed extension's page shows no pictures but those that are in its text: they come from no server. */
function writeReadme() {
  const text = readFileSync(join(checkout, 'docs', 'extension.md'), 'utf8')
  const inlined = text.replace(/\]\((images\/[\w-]+\.(png|webp))\)/g, (_, path, type) => {
    const data = readFileSync(join(checkout, 'docs', path)).toString('base64')
    return `](data:image/${type};base64,${data})`
  })
  writeFileSync(join(checkout, readme), inlined)
}

function packExtension() {
  writeReadme()
  const vsce = join(checkout, 'node_modules', '@vscode', 'vsce', 'vsce')
  const page = ['--readme-path', readme, '--no-rewrite-relative-links', '--allow-missing-repository']
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vsce, 'package', '--no-dependencies', ...page, '-o', vsix],
    { cwd: checkout, encoding: 'utf8', env: { ...process.env, TZ: 'UTC', SOURCE_DATE_EPOCH: commitTime() } },
  )
  if (status !== 0) throw new Error(`vsce failed\n${stdout}${stderr}`)
}

/** The manifest of the npm package: nothing to install, for the bundles hold all they need. */
const npmManifest = () => ({
  name: manifest.name,
  version: manifest.version,
  description: 'Checks cell configurations of the Jailhouse hypervisor: command line and language server',
  license: manifest.license,
  keywords: manifest.keywords,
  engines: { node: manifest.engines.node },
  bin: { 'jailhouse-warden': 'cli.js', 'jailhouse-warden-server': 'server.js' },
})

function packServer() {
  const folder = join(checkout, 'dist', 'npm')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(npmManifest(), null, 2)}\n`)
  cpSync(join(checkout, 'dist', 'server', 'cli.js'), join(folder, 'cli.js'))
  cpSync(join(checkout, 'dist', 'server', 'node.js'), join(folder, 'server.js'))
  for (const name of readdirSync(join(checkout, 'dist', 'server')).filter(name => name.endsWith('.wasm')))
    cpSync(join(checkout, 'dist', 'server', name), join(folder, name))
  cpSync(join(checkout, 'docs', 'npm.md'), join(folder, 'README.md'))
  for (const name of ['LICENSE', 'CHANGELOG.md']) cpSync(join(checkout, name), join(folder, name))
  cpSync(join(checkout, 'dist', 'THIRD-PARTY-NOTICES.txt'), join(folder, 'THIRD-PARTY-NOTICES.txt'))
  npm(['pack', '--pack-destination', checkout], { cwd: folder })
}

ensureInstalled()
npm(['run', 'build', '--', '--minify'], { cwd: checkout })
packExtension()
packServer()
for (const name of [vsix, tarball]) console.log(`${name}  ${Math.ceil(statSync(join(checkout, name)).size / 1024)} KiB`)
