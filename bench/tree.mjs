// A whole tree of configurations: one process of this tool beside one gcc and one objcopy a file, and upstream's checker.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { median, ms, printTable } from './figures.mjs'

const cli = new URL('../dist/server/cli.js', import.meta.url).pathname
const RUNS = 5

const timed = action => {
  const begin = performance.now()
  action()
  return performance.now() - begin
}

const configsOf = (tree, arch) =>
  readdirSync(join(tree, 'configs', arch))
    .filter(name => name.endsWith('.c'))
    .map(name => join(tree, 'configs', arch, name))

const architectures = tree =>
  readdirSync(join(tree, 'configs'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .filter(arch => configsOf(tree, arch).length)

function compile(tree, arch, source, out) {
  const includes = [`hypervisor/arch/${arch}/include`, 'hypervisor/include', 'include'].map(
    dir => `-I${join(tree, dir)}`,
  )
  const object = join(out, `${basename(source)}.o`)
  const cell = join(out, `${basename(source, '.c')}.cell`)
  execFileSync('gcc', ['-c', '-D__LINUX_COMPILER_TYPES_H', ...includes, '-o', object, source], { stdio: 'ignore' })
  execFileSync('objcopy', ['-O', 'binary', '--remove-section=.note.gnu.property', object, cell])
  return cell
}

export function benchTree(tree) {
  const out = mkdtempSync(join(tmpdir(), 'warden-bench-'))
  const files = architectures(tree).flatMap(arch => configsOf(tree, arch).map(source => ({ arch, source })))
  const runs = Array.from({ length: RUNS }, () =>
    timed(() => spawnSync(process.execPath, [cli, 'check', join(tree, 'configs')], { stdio: 'ignore' })),
  )
  const gcc = timed(() => {
    for (const { arch, source } of files) compile(tree, arch, source, out)
  })
  const rows = [
    ['jailhouse-warden check', files.length, ms(median(runs)), ms(median(runs) / files.length)],
    ['gcc + objcopy', files.length, ms(gcc), ms(gcc / files.length)],
  ]
  const checker = join(tree, 'tools/jailhouse-config-check')
  const root = join(out, 'k3-j721e-evm.cell')
  const cell = join(out, 'k3-j721e-evm-linux-demo.cell')
  if (existsSync(checker) && existsSync(root)) {
    const pair = Array.from({ length: RUNS }, () =>
      timed(() => spawnSync('python3', [checker, root, cell], { stdio: 'ignore' })),
    )
    rows.push(['jailhouse-config-check (one pair, compiled)', 2, ms(median(pair)), ms(median(pair) / 2)])
  }
  rmSync(out, { recursive: true })
  printTable(`Whole tree, ${files.length} configurations`, ['program', 'files', 'ms', 'ms a file'], rows)
}
