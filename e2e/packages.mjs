// What is published: made twice with the same bytes, without dev files, and working on its own in an empty folder.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../scripts/ensure-installed.mjs'
import { fixtures } from './k3-dma.mjs'
import { createReport } from './report.mjs'

const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
const artefacts = ['jailhouse-warden.vsix', `jailhouse-warden-${version}.tgz`].map(name => join(checkout, name))
const scratch = mkdtempSync(join(tmpdir(), 'jailhouse-warden-'))

function call(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', cwd: scratch, ...options })
  if (error) throw error
  return { status, stdout, text: `${stdout}${stderr}` }
}

function must(command, args, options) {
  const result = call(command, args, options)
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${result.status}\n${result.text}`)
  return result.stdout
}

/** Names in a zip file, read from its central directory. */
function namesInZip(bytes) {
  const names = []
  for (let at = bytes.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4, 'latin1'))
    names.push(bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28)))
  return names
}

function assertNames(names, allowed) {
  const odd = names.filter(name => !allowed.some(pattern => pattern.test(name)))
  if (odd.length > 0) throw new Error(`not expected: ${odd.join(', ')}`)
}

const digest = () => artefacts.map(path => createHash('sha256').update(readFileSync(path)).digest('hex')).join(' ')
const make = () => must(process.execPath, [join(checkout, 'scripts', 'package.mjs')], { cwd: checkout })
const bin = name => join(scratch, 'node_modules', '.bin', name)

const report = createReport()
await report.steps('packages', [
  [
    'both are made, with the same bytes when made again',
    () => {
      console.log(make().trim())
      const first = digest()
      make()
      if (digest() !== first) throw new Error('other bytes the second time')
    },
  ],
  [
    'the extension holds bundles, the demo, translations, pictures, grammar, schema and papers, and nothing else',
    () => {
      const names = namesInZip(readFileSync(artefacts[0]))
      if (names.length < 8) throw new Error(`only ${names}`)
      assertNames(names, [
        /^\[Content_Types\]\.xml$|^extension\.vsixmanifest$/,
        /^extension\/dist\/(client\/extension\.(node|browser)|server\/(node|browser))\.js$/,
        /^extension\/dist\/server\/(web-tree-sitter|tree-sitter-jailhouse|tree-sitter-devicetree)\.wasm$/,
        /^extension\/dist\/(webview\/(main\.js|(map|panel|blocks)\.css)|demo\/k3-demo(-linux)?\.c)$/,
        /^extension\/(l10n\/bundle\.l10n\.de\.json|media\/(icon\.png|activity-bar\.svg|walkthrough\/\w+\.svg)|package\.nls(\.de)?\.json)$/,
        /^extension\/(dist\/THIRD-PARTY-NOTICES\.txt|package\.json|readme\.md|changelog\.md|LICENSE\.txt|syntaxes\/.*\.tmLanguage\.json|schemas\/.*\.schema\.json)$/,
      ])
    },
  ],
  [
    'the page of the extension has its pictures in its text, of at most a megabyte each',
    () => {
      const page = readFileSync(join(checkout, 'dist', 'readme.md'), 'utf8')
      const pictures = [...page.matchAll(/!\[[^\]]+\]\(([^)]*)\)/g)].map(([, source]) => source)
      if (pictures.length < 4) throw new Error(`only ${pictures.length} pictures`)
      const odd = pictures.filter(
        source => !/^data:image\/(png|webp);base64,/.test(source) || source.length > 1_400_000,
      )
      if (odd.length > 0) throw new Error(`not in the text: ${odd.map(source => source.slice(0, 80))}`)
    },
  ],
  [
    'the npm package installs from its tarball into an empty folder, alone',
    () => {
      must('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', artefacts[1]])
      const installed = readdirSync(join(scratch, 'node_modules')).filter(name => !name.startsWith('.'))
      if (installed.join() !== 'jailhouse-warden') throw new Error(`installed ${installed}`)
      assertNames(readdirSync(join(scratch, 'node_modules', 'jailhouse-warden')), [
        /^(cli|server)\.js$|^(web-tree-sitter|tree-sitter-jailhouse|tree-sitter-devicetree)\.wasm$|^package\.json$|^README\.md$|^CHANGELOG\.md$|^LICENSE$|^THIRD-PARTY-NOTICES\.txt$/,
      ])
    },
  ],
  [
    'npx jailhouse-warden check finds the error of the K3 demo, and says so with its exit code',
    () => {
      const { status, text } = call('npx', ['jailhouse-warden', 'check', join(fixtures, 'dma-kept')])
      if (status !== 1 || !/k3-demo\.c:\d+:\d+: error: .*JH3\d\d/.test(text)) throw new Error(`exit ${status}\n${text}`)
    },
  ],
  [
    'npx jailhouse-warden check has nothing to say against the K3 demo done right',
    () => {
      const { status, text } = call('npx', ['jailhouse-warden', 'check', join(fixtures, 'k3-dma')])
      if (status !== 0 || !/^0 errors, 0 warnings/m.test(text)) throw new Error(`exit ${status}\n${text}`)
    },
  ],
  [
    'npx jailhouse-warden check says the same in several threads',
    () => {
      const [alone, shared] = ['1', '3'].map(jobs => call('npx', ['jailhouse-warden', 'check', '-j', jobs, fixtures]))
      if (!/ in \d+ files$/m.test(alone.text) || shared.text !== alone.text)
        throw new Error(`${alone.text}\n${shared.text}`)
      if (shared.status !== alone.status) throw new Error(`exit ${shared.status}`)
    },
  ],
  [
    'npx jailhouse-warden build writes a cell',
    () => {
      mkdirSync(join(scratch, 'out'))
      const cell = join(scratch, 'out', 'k3-demo-linux.cell')
      must('npx', ['jailhouse-warden', 'build', join(fixtures, 'k3-dma', 'k3-demo-linux.c'), '-o', cell])
      const bytes = readFileSync(cell)
      if (bytes.length !== 620 || bytes.toString('latin1', 0, 5) !== 'JHCLL') throw new Error(`${bytes.length} bytes`)
    },
  ],
  [
    'jailhouse-warden-server answers over stdio and ends when told to',
    async () => {
      const server = spawn(bin('jailhouse-warden-server'), ['--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
      const timeout = setTimeout(() => server.kill(), 20_000)
      const send = (method, more) => {
        const body = JSON.stringify({ jsonrpc: '2.0', method, ...more })
        server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
      }
      let output = ''
      server.stdout.on('data', data => {
        const before = output
        output += data
        const answered = id => !before.includes(`"id":${id},"result"`) && output.includes(`"id":${id},"result"`)
        if (answered(1)) {
          send('initialized', { params: {} })
          send('shutdown', { id: 2 })
        }
        if (answered(2)) send('exit')
      })
      send('initialize', { id: 1, params: { processId: process.pid, rootUri: null, capabilities: {} } })
      const [code] = await once(server, 'exit')
      clearTimeout(timeout)
      if (code !== 0 || !output.includes('"capabilities"')) throw new Error(`exit ${code}\n${output}`)
    },
  ],
])
rmSync(scratch, { recursive: true, force: true })
console.log(`${report.count.passed} passed, ${report.count.failed} failed`)
process.exitCode = report.count.failed > 0 ? 1 : 0
