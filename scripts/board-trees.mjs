// Reads the device trees of Debian's kernel packages and writes a root cell for each board that upstream has one for:
// every tree is read without a problem, every root compiles and has no error beside its tree. The trees are GPL and never
// part of this repository. Usage: node scripts/board-trees.mjs FOLDER, which holds unpacked packages.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const BOARDS = [
  'sun7i-a20-bananapi',
  'sun8i-h2-plus-orangepi-zero',
  'tegra124-jetson-tk1',
  'amd/amd-overdrive-rev-b1',
  'marvell/armada-3720-espressobin',
  'marvell/armada-8040-mcbin',
  'arm/foundation-v8',
  'hisilicon/hi6220-hikey',
  'freescale/imx8mm-evk',
  'freescale/imx8mn-ddr4-evk',
  'freescale/imx8mp-evk',
  'freescale/imx8mq-evk',
  'freescale/imx8dxl-evk',
  'freescale/imx8qm-mek',
  'nvidia/tegra210-p2371-2180',
  'ti/k3-am625-sk',
  'ti/k3-am654-base-board',
  'ti/k3-j7200-common-proc-board',
  'ti/k3-j721e-common-proc-board',
  'freescale/fsl-ls1028a-rdb',
  'freescale/fsl-ls1043a-rdb',
  'freescale/fsl-ls1046a-rdb',
  'freescale/fsl-ls1088a-rdb',
  'freescale/fsl-ls2088a-rdb',
  'allwinner/sun50i-a64-pine64-plus',
  'broadcom/bcm2711-rpi-4-b',
  'xilinx/avnet-ultra96-rev1',
  'xilinx/zynqmp-zcu102-rev1.1',
]

const [folder = ''] = process.argv.slice(2)
const images = existsSync(folder) ? readdirSync(folder).filter(name => name.startsWith('linux-image-')) : []
const results = mkdtempSync(join(tmpdir(), 'board-trees-'))
let passed = 0
let failed = 0

/** The command line as it is shipped. */
const run = (...args) => spawnSync('node', ['dist/server/cli.js', ...args], { encoding: 'utf8' })

/** What is wrong with a root made from a tree, or nothing. Trees without RAM are told where Jailhouse may live. */
function fault(tree) {
  const root = join(results, `${basename(tree, '.dtb')}.c`)
  const read = run('platform', tree)
  if (read.status !== 0) return `not read: ${read.stderr}`
  const made = run('new', 'root', '--platform', tree, '-o', root)
  const again =
    made.status === 0 ? made : run('new', 'root', '--platform', tree, '--memory', '0xb0000000,80M', '-o', root)
  if (again.status !== 0) return `no root: ${again.stderr}`
  const { summary } = JSON.parse(run('check', '--format', 'json', '--platform', tree, root).stdout)
  return summary.errors === 0 ? undefined : `${summary.errors} errors`
}

for (const board of BOARDS) {
  const tree = images.map(image => join(folder, image, `${board}.dtb`)).find(existsSync)
  const problem = tree ? fault(tree) : 'no such tree in the packages'
  if (problem === undefined) passed++
  else {
    failed++
    console.log(`not ok - ${board}: ${problem}`)
  }
}
rmSync(results, { recursive: true })
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
