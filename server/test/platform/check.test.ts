import { expect, test } from 'vitest'
import { folderWith, jailhouseWarden } from '../cli/command-line.ts'
import { flatten } from './facts.ts'
import { rootOf } from './root.ts'

/** Facts on the command line and in `jailhouse.json`. */

const board = flatten({
  '#address-cells': [1],
  '#size-cells': [1],
  'interrupt-parent': [1],
  gic: {
    compatible: 'arm,gic-v3',
    'interrupt-controller': true,
    '#interrupt-cells': [3],
    phandle: [1],
    reg: [0x1800000, 0x10000, 0x1900000, 0x80000],
    interrupts: [1, 9, 4],
  },
  'serial@9000000': { compatible: 'arm,pl011', reg: [0x9000000, 0x1000], interrupts: [0, 1, 4] },
})

const wrongIrq = rootOf({ maintenance_irq: 9 + 16 + 1 })

test('without facts nothing is said of the machine', async () => {
  const folder = folderWith({ 'root.c': wrongIrq })
  const { out } = await jailhouseWarden(folder, 'check', '--severity', 'hint', 'root.c')
  expect(out).not.toContain('JH9')
})

test('facts on the command line, twice', async () => {
  const folder = folderWith({ 'root.c': wrongIrq, 'board.dtb': board, iomem: '40000000-7fffffff : System RAM\n' })
  const { out, status } = await jailhouseWarden(
    folder,
    'check',
    '--platform',
    'board.dtb',
    '--platform',
    'iomem',
    'root.c',
  )
  expect(out).toContain('JH930')
  expect(out).toContain('JH920')
  expect(status).toBe(1)
})

test('facts in jailhouse.json, and one that is not there', async () => {
  const project = { systems: [{ root: 'root.c', platform: ['board.dtb', 'gone.tar'] }] }
  const folder = folderWith({ 'root.c': wrongIrq, 'board.dtb': board, 'jailhouse.json': JSON.stringify(project) })
  const { out } = await jailhouseWarden(folder, 'check', 'root.c')
  expect(out).toContain('JH930')
  expect(out).toContain('gone.tar: not found')
})

test('one line silences them', async () => {
  const project = { systems: [{ root: 'root.c', platform: 'board.dtb' }], rules: { JH9xx: 'off' } }
  const folder = folderWith({ 'root.c': wrongIrq, 'board.dtb': board, 'jailhouse.json': JSON.stringify(project) })
  expect((await jailhouseWarden(folder, 'check', 'root.c')).out).not.toContain('JH9')
})

test('a file that is not there makes no sense on the command line', async () => {
  const folder = folderWith({ 'root.c': wrongIrq })
  expect((await jailhouseWarden(folder, 'check', '--platform', 'x.dtb', 'root.c')).status).toBe(2)
  expect((await jailhouseWarden(folder, 'platform', 'x.dtb')).status).toBe(2)
})

test('the platform command prints what facts say, and what Jailhouse needs', async () => {
  const folder = folderWith({ 'board.dtb': board })
  const { out, status } = await jailhouseWarden(folder, 'platform', 'board.dtb')
  expect(status).toBe(0)
  expect(out).toContain('GICv3')
  expect(out).toContain('JAILHOUSE_CON_TYPE_PL011')
  expect(out).toMatch(/kernel started in EL2 +unknown/)
  const json = JSON.parse((await jailhouseWarden(folder, 'platform', '--json', 'board.dtb')).out)
  expect(json.gic.maintenance).toBe(25)
})

test('a folder platform/ beside the only root of a folder', async () => {
  const files = { 'configs/root.c': wrongIrq, 'platform/board.dtb': board, 'platform/README': 'where it is from' }
  const { out } = await jailhouseWarden(folderWith(files), 'check', 'configs')
  expect(out).toContain('JH930')
  expect(out).not.toContain('JH901')
  const { out: inside } = await jailhouseWarden(
    folderWith({ 'configs/root.c': wrongIrq, 'configs/platform/board.dtb': board }),
    'check',
    'configs',
  )
  expect(inside).toContain('JH930')
  const { out: ofTwo } = await jailhouseWarden(
    folderWith({ ...files, 'configs/other.c': wrongIrq }),
    'check',
    'configs',
  )
  expect(ofTwo).not.toContain('JH930')
})

test('frames of a GIC-400 that a boot loader moves apart are no difference to a packaged tree', async () => {
  const gic400 = flatten({
    '#address-cells': [1],
    '#size-cells': [1],
    'interrupt-parent': [1],
    gic: {
      compatible: 'arm,gic-400',
      'interrupt-controller': true,
      '#interrupt-cells': [3],
      phandle: [1],
      reg: [0x1401000, 0x1000, 0x1402000, 0x2000, 0x1404000, 0x2000, 0x1406000, 0x2000],
      interrupts: [1, 9, 4],
    },
    'serial@9000000': { compatible: 'arm,pl011', reg: [0x9000000, 0x1000], interrupts: [0, 1, 4] },
  })
  const framesAt = (gicd: string) =>
    rootOf({ maintenance_irq: 25 }).replace(
      '.gic_version = 3, .gicd_base = 0x1800000, .gicr_base = 0x1900000,',
      `.gic_version = 2, .gicd_base = ${gicd}, .gicc_base = 0x142f000, .gich_base = 0x1440000, .gicv_base = 0x146f000,`,
    )
  const folder = folderWith({ 'board.dtb': gic400, 'moved.c': framesAt('0x1410000'), 'wrong.c': framesAt('0x1411000') })
  const { out: moved } = await jailhouseWarden(folder, 'check', '--platform', 'board.dtb', 'moved.c')
  expect(moved).not.toContain('JH930')
  const { out: wrong } = await jailhouseWarden(folder, 'check', '--platform', 'board.dtb', 'wrong.c')
  expect(wrong).toContain('JH930')
})

const cellOn = (cpu: number): string => `
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[1];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.name = "cell${cpu}",
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
	},
	.cpus = { ${1 << cpu} },
	.mem_regions = {
		{
			.phys_start = 0x50000000, .virt_start = 0, .size = 0x100000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE,
		},
	},
};
`

const plainTree = (interrupt: number): string => `/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	interrupt-parent = <&gic>;
	gic: gic@1800000 { compatible = "arm,gic-v3"; interrupt-controller; #interrupt-cells = <3>; reg = <0x1800000 0x10000 0x1900000 0x80000>; };
	serial@9000000 { compatible = "arm,pl011"; reg = <0x9000000 0x1000>; interrupts = <0 ${interrupt} 4>; };
};
`

const assignments = {
  'jailhouse.json': { trees: { 'a.c': 'one.dts', 'b.c': 'two.dts' }, comments: ['', ''] },
  'a comment': {
    trees: {},
    comments: ['/* jailhouse-warden: tree=one.dts */', '/* jailhouse-warden: tree=two.dts */'],
  },
}

test.each(Object.entries(assignments))(
  'a tree that %s gives to a cell is its tree, whatever it says',
  async (_, given) => {
    const project = { systems: [{ root: 'root.c', cells: ['a.c', 'b.c'], trees: given.trees }] }
    const folder = folderWith({
      'root.c': rootOf({ maintenance_irq: 25 }),
      'a.c': given.comments[0] + cellOn(2),
      'b.c': given.comments[1] + cellOn(3),
      'one.dts': plainTree(41),
      'two.dts': plainTree(42),
      'jailhouse.json': JSON.stringify(project),
    })
    const { out } = await jailhouseWarden(folder, 'check', '--severity', 'hint', 'root.c')
    expect(out).toMatch(/one\.dts:7:.*waits for SPI 41, .*"cell2" is not granted \[JH951/)
    expect(out).toMatch(/two\.dts:7:.*waits for SPI 42, .*"cell3" is not granted \[JH951/)
    expect(out).toMatch(/one\.dts:.*"cell2" has no node compatible with jailhouse,cell \[JH955/)
  },
)
