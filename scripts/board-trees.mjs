// Reads the device trees of Debian's kernel packages and writes a root cell for each board that upstream has one for:
// every tree is read without a problem, every root compiles and has no error beside its tree. The trees are GPL and never
// part of this repository. With a checkout of Jailhouse, its configurations are checked beside the trees, too. How often
// each check speaks is compared with board-counts.json, board by board; --write renews it.
// QEMU's own tree of arm64 is read as one more, where QEMU is installed.
// Usage: node scripts/board-trees.mjs FOLDER [TREE] [--write], where FOLDER holds unpacked packages.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** Upstream's name of a root, and the tree of its board. */
const BOARDS = {
  bananapi: 'sun7i-a20-bananapi',
  orangepi0: 'sun8i-h2-plus-orangepi-zero',
  'jetson-tk1': 'tegra124-jetson-tk1',
  'amd-seattle': 'amd/amd-overdrive-rev-b1',
  espressobin: 'marvell/armada-3720-espressobin',
  macchiatobin: 'marvell/armada-8040-mcbin',
  'foundation-v8': 'arm/foundation-v8',
  hikey: 'hisilicon/hi6220-hikey',
  imx8mm: 'freescale/imx8mm-evk',
  imx8mn: 'freescale/imx8mn-ddr4-evk',
  imx8mp: 'freescale/imx8mp-evk',
  imx8mq: 'freescale/imx8mq-evk',
  imx8dxl: 'freescale/imx8dxl-evk',
  imx8qm: 'freescale/imx8qm-mek',
  'jetson-tx1': 'nvidia/tegra210-p2371-2180',
  'k3-am625-sk': 'ti/k3-am625-sk',
  'k3-am654-idk': 'ti/k3-am654-base-board',
  'k3-j7200-evm': 'ti/k3-j7200-common-proc-board',
  'k3-j721e-evm': 'ti/k3-j721e-common-proc-board',
  'ls1028a-rdb': 'freescale/fsl-ls1028a-rdb',
  'ls1043a-rdb': 'freescale/fsl-ls1043a-rdb',
  'ls1046a-rdb': 'freescale/fsl-ls1046a-rdb',
  'ls1088a-rdb': 'freescale/fsl-ls1088a-rdb',
  'ls2088a-rdb': 'freescale/fsl-ls2088a-rdb',
  'pine64-plus': 'allwinner/sun50i-a64-pine64-plus',
  rpi4: 'broadcom/bcm2711-rpi-4-b',
  ultra96: 'xilinx/avnet-ultra96-rev1',
  'zynqmp-zcu102': 'xilinx/zynqmp-zcu102-rev1.1',
}

/** QEMU's machine as upstream's qemu-arm64.c has it; `dumpdtb` writes the tree and starts nothing. */
const QEMU = 'qemu-system-aarch64'
const QEMU_MACHINE = 'virt,gic-version=3,virtualization=on,its=off'

function treeOfQemu() {
  const file = join(results, 'qemu-arm64.dtb')
  const machine = ['-M', `${QEMU_MACHINE},dumpdtb=${file}`, '-cpu', 'cortex-a57', '-smp', '16', '-m', '1G']
  const { error } = spawnSync(QEMU, ['-nodefaults', '-display', 'none', ...machine])
  if (error) console.log(`# skipped: the tree of qemu-arm64, since ${QEMU} is not installed`)
  return error ? [] : [['qemu-arm64', file]]
}

const GOLDEN = join(import.meta.dirname, 'board-counts.json')

const isWriting = process.argv.includes('--write')
const [folder = '', upstream] = process.argv.slice(2).filter(word => !word.startsWith('--'))
const images = existsSync(folder) ? readdirSync(folder).filter(name => name.startsWith('linux-image-')) : []
const results = mkdtempSync(join(tmpdir(), 'board-trees-'))
let passed = 0
let failed = 0

const assess = (name, problem) => {
  if (problem === undefined) passed++
  else {
    failed++
    console.log(`not ok - ${name}: ${problem}`)
  }
}

/** The command line as it is shipped. */
const run = (...args) => spawnSync('node', ['dist/server/cli.js', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })

const check = (tree, ...files) =>
  JSON.parse(run('check', '--format', 'json', '--severity', 'hint', '--platform', tree, ...files).stdout)

/** How often each check of the machine speaks. */
function countsOf({ findings }) {
  const counts = {}
  for (const { code } of findings) if (code.startsWith('JH9')) counts[code] = (counts[code] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).sort())
}

/** The counts beside a root made from the tree, or what is wrong. Trees without RAM are given a place for Jailhouse. */
function generated(tree) {
  const root = join(results, `${basename(tree, '.dtb')}.c`)
  const read = run('platform', tree)
  if (read.status !== 0) return `not read: ${read.stderr}`
  const made = run('new', 'root', '--platform', tree, '-o', root)
  const again =
    made.status === 0 ? made : run('new', 'root', '--platform', tree, '--memory', '0xb0000000,80M', '-o', root)
  if (again.status !== 0) return `no root: ${again.stderr}`
  const answer = check(tree, root)
  return answer.summary.errors === 0 ? countsOf(answer) : `${answer.summary.errors} errors`
}

/** Upstream's root and inmates of a board. */
function configurations(board) {
  const stem = board.replace(/-idk$/, '')
  for (const part of ['arm', 'arm64']) {
    const place = join(upstream, 'configs', part)
    const all = existsSync(place) ? readdirSync(place) : []
    if (all.includes(`${board}.c`))
      return all
        .filter(name => name === `${board}.c` || (name.startsWith(`${stem}-`) && name.includes('demo')))
        .map(name => join(place, name))
  }
  return []
}

const differences = (wanted, found) =>
  [...new Set([...Object.keys(wanted), ...Object.keys(found)])]
    .filter(code => wanted[code] !== found[code])
    .map(code => `${code} ${found[code] ?? 0} times, expected ${wanted[code] ?? 0}`)
    .join('; ') || undefined

const golden = existsSync(GOLDEN) ? JSON.parse(readFileSync(GOLDEN, 'utf8')) : { generated: {}, upstream: {} }
const counted = { packages: images.join(', '), generated: {}, upstream: {} }

const packaged = Object.entries(BOARDS).map(([board, path]) => [
  board,
  images.map(image => join(folder, image, `${path}.dtb`)).find(existsSync),
])
for (const [board, tree] of [...packaged, ...treeOfQemu()]) {
  const counts = tree ? generated(tree) : 'no such tree in the packages'
  assess(`${board}, a root made from its tree`, typeof counts === 'string' ? counts : undefined)
  if (typeof counts === 'string') continue
  counted.generated[board] = counts
  if (!isWriting) assess(`${board}, checks beside that root`, differences(golden.generated[board] ?? {}, counts))
  const files = upstream === undefined ? [] : configurations(board)
  if (files.length === 0) continue
  counted.upstream[board] = countsOf(check(tree, ...files))
  if (!isWriting)
    assess(`${board}, checks of upstream's`, differences(golden.upstream[board] ?? {}, counted.upstream[board]))
}
rmSync(results, { recursive: true })
if (isWriting) writeFileSync(GOLDEN, `${JSON.stringify(counted, undefined, 2)}\n`)
else if (failed > 0) console.log(`# counted with ${golden.packages}; these are ${images.join(', ')}`)
if (upstream === undefined) console.log('# without a checkout of Jailhouse its configurations are not checked')
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
