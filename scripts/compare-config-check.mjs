// Runs upstream's `jailhouse-config-check` over every root of a tree, alone and with each of its inmates, and lists what it
// reports and this tool does not. Needs JAILHOUSE_TREE, a clone of Jailhouse, gcc, objcopy and python3; build first.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const tree = process.env.JAILHOUSE_TREE
if (!tree) throw new Error('JAILHOUSE_TREE is not set')
const cli = new URL('../dist/server/cli.js', import.meta.url).pathname
const out = mkdtempSync(join(tmpdir(), 'config-check-'))

/** The words of its report, and the rules that say the same. */
const RULES = [
  [/overlaps with region (\d+)/, ['JH202', 'JH203']],
  [/overlaps with hypervisor memory/, ['JH241', 'JH242']],
  [/overlaps with/, ['JH216', 'JH217']],
]

const configs = readdirSync(join(tree, 'configs'), { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .flatMap(({ name: arch }) =>
    readdirSync(join(tree, 'configs', arch))
      .filter(name => name.endsWith('.c'))
      .map(name => ({ arch, name: basename(name, '.c'), source: join(tree, 'configs', arch, name) })),
  )

function compile({ arch, name, source }) {
  const folders = [`hypervisor/arch/${arch}/include`, 'hypervisor/include', 'include']
  const object = join(out, `${arch}-${name}.o`)
  const cell = join(out, `${arch}-${name}.cell`)
  const includes = folders.map(folder => `-I${join(tree, folder)}`)
  execFileSync('gcc', ['-c', '-D__LINUX_COMPILER_TYPES_H', ...includes, '-o', object, source], { stdio: 'ignore' })
  execFileSync('objcopy', ['-O', 'binary', '--remove-section=.note.gnu.property', object, cell])
  return cell
}

/** `{ cell: 0 for the root, region, words }` of each report. */
function reportsOf(root, inmate) {
  const args = [join(tree, 'tools/jailhouse-config-check'), root.cell, ...(inmate ? [inmate.cell] : [])]
  const { stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' })
  if (stderr.trim())
    console.log(`${root.name} ${inmate?.name ?? ''}: it stops with ${stderr.trim().split('\n').at(-1)}`)
  const names = [...stdout.matchAll(/cell: +(.*) \((.*)\)$/gm)].map(([, name]) => name)
  return [...stdout.matchAll(/In cell '(.*)', region (\d+)\n[\s\S]*?((?:\w+ and )?\w* ?overlaps with .*)/g)].map(
    ([, cell, region, words]) => ({ file: (cell === names[0] ? root : inmate).source, region, words }),
  )
}

const isSaid = (findings, { file, region, words }) => {
  const [, codes] = RULES.find(([sign]) => sign.test(words))
  const [, other] = /overlaps with region (\d+)/.exec(words) ?? []
  const names = number => new RegExp(`\\bregion ${number}\\b`)
  return findings.some(
    finding =>
      finding.file === file &&
      codes.includes(finding.code) &&
      names(region).test(finding.message) &&
      (other === undefined || names(other).test(finding.message)),
  )
}

const compiled = configs.map(config => ({ ...config, cell: compile(config) }))
const isInmateOf = (root, { arch, name }) => arch === root.arch && name.startsWith(`${root.name}-`)
const isSystem = ({ cell }) => spawnSync('head', ['-c', '5', cell], { encoding: 'utf8' }).stdout === 'JHSYS'

let pairs = 0
let reports = 0
const missing = []
try {
  const { findings } = JSON.parse(
    spawnSync(process.execPath, [cli, 'check', '--severity', 'hint', '--format', 'json', join(tree, 'configs')], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }).stdout,
  )
  for (const root of compiled.filter(isSystem))
    for (const inmate of [undefined, ...compiled.filter(config => isInmateOf(root, config) && !isSystem(config))]) {
      pairs++
      for (const report of reportsOf(root, inmate)) {
        reports++
        if (!isSaid(findings, report)) missing.push(`${basename(report.file)}: region ${report.region} ${report.words}`)
      }
    }
} finally {
  rmSync(out, { recursive: true })
}
for (const line of new Set(missing)) console.log(line)
console.log(`${pairs} runs, ${reports} reports, ${new Set(missing).size} of them not ours`)
process.exitCode = missing.length ? 1 : 0
