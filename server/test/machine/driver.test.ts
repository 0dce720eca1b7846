import { expect, test } from 'vitest'
import { examine } from '../rules/examine.ts'

/** What driver and early hypervisor make of a change, as a user of both commands sees it. */

const ROOT = `#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[1];
} __attribute__((packed)) config = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.hypervisor_memory = { .phys_start = 0x7fc00000, .size = 0x400000 },
		.debug_console = { .address = 0x9000000, .size = 0x1000, .type = JAILHOUSE_CON_TYPE_PL011,
			.flags = JAILHOUSE_CON_ACCESS_MMIO },
		.platform_info = { .arm = { .gic_version = 3, .gicd_base = 0x8000000, .gicr_base = 0x80a0000,
			.maintenance_irq = 25 } },
		.root_cell = {
			.name = "board",
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		},
	},
	.cpus = { 0xf },
	.mem_regions = { {
		.phys_start = 0x40000000, .virt_start = 0x40000000, .size = 0x30000000,
		.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE,
	} },
};
`

const CELL = `#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[2];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.name = "demo",
		.flags = JAILHOUSE_CELL_PASSIVE_COMMREG,
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
	},
	.cpus = { 0x2 },
	.mem_regions = { {
		.phys_start = 0x60000000, .virt_start = 0, .size = 0x10000,
		.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE,
	}, {
		.virt_start = 0x80000000, .size = 0x1000,
		.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION,
	} },
};
`

/** The first command that does not succeed, and whether an error says so before. */
function firstFailure(root: string, cell: string): string {
  const { machine, findings } = examine([
    { name: 'root.c', text: root },
    { name: 'demo.c', text: cell },
  ])
  const failed = machine?.stages.find(({ outcome }) => outcome.kind !== 'done')
  const isReported = findings.some(({ severity }) => severity === 'error')
  if (!failed || failed.outcome.kind === 'done') return isReported ? 'an error for nothing' : 'none'
  const { kind, errno, by } = failed.outcome
  const how = kind === 'refused' ? errno : kind
  return `${failed.command.verb} ${how} ${by}${isReported ? '' : ', and no error says so'}`
}

/** Words of the real hypervisor's runs: refusals by errno, "never returns" as hung. */
test.each<[change: string, root: readonly [string | RegExp, string], cell: readonly [string, string], outcome: string]>(
  [
    ['nothing', ['', ''], ['', ''], 'none'],
    ['root signature JHCLL', ['JAILHOUSE_SYSTEM_SIGNATURE', '"JHCLL"'], ['', ''], 'enable EINVAL jailhouse_cmd_enable'],
    ['root revision 13', ['JAILHOUSE_CONFIG_REVISION', '13'], ['', ''], 'enable EINVAL jailhouse_cmd_enable'],
    ['root architecture unknown', ['JAILHOUSE_ARM64', '9'], ['', ''], 'enable EINVAL jailhouse_cmd_enable'],
    ['root without CPU', ['{ 0xf }', '{ 0 }'], ['', ''], 'enable EINVAL jailhouse_cmd_enable'],
    ['no root regions', ['ARRAY_SIZE(config.mem_regions)', '0'], ['', ''], 'enable ENOMEM cell_create'],
    ['memory off 2 MiB', ['0x7fc00000', '0x7fd00000'], ['', ''], 'enable hung init_bootstrap_pt'],
    ['memory off a page', ['0x7fc00000', '0x7fc00800'], ['', ''], 'enable hung init_bootstrap_pt'],
    ['console of size 0', ['.size = 0x1000, .type', '.size = 0, .type'], ['', ''], 'enable hung arch_cpu_init'],
    [
      'clock register in RAM',
      ['_MMIO }', '_MMIO, .clock_reg = 0x48000000 }'],
      ['', ''],
      'enable EINVAL jailhouse_cmd_enable',
    ],
    ['memory too small', ['.size = 0x400000', '.size = 0x20000'], ['', ''], 'enable EINVAL jailhouse_cmd_enable'],
    ['memory far too small', ['.size = 0x400000', '.size = 0x3a000'], ['', ''], 'enable hung paging_init'],
    ['no GIC at all', [/\.platform_info =.*\n.*\n/, ''], ['', ''], 'enable crashed irqchip_cpu_init'],
    ['a GICv5', ['gic_version = 3', 'gic_version = 5'], ['', ''], 'enable crashed irqchip_cpu_init'],
    ['a GICv2 by its version only', ['gic_version = 3', 'gic_version = 2'], ['', ''], 'enable ENODEV gicv2_init'],
    ['a GICv3 by its version only', ['gicr_base', 'gicc_base'], ['', ''], 'enable crashed gicv3_init'],
    ['no redistributors', ['.gicr_base = 0x80a0000,', ''], ['', ''], 'enable ENODEV gicv3_cpu_init'],
    ['redistributors at the distributor', ['0x80a0000', '0x8000000'], ['', ''], 'enable crashed gicv3_cpu_init'],
    ['redistributors over the distributor', ['0x80a0000', '0x7fc0000'], ['', ''], 'enable crashed gicv3_cpu_init'],
    [
      'inmate signature JHSYS',
      ['', ''],
      ['JAILHOUSE_CELL_DESC_SIGNATURE', '"JHSYS"'],
      'create EINVAL jailhouse_cmd_cell_create',
    ],
    ['inmate revision 13', ['', ''], ['JAILHOUSE_CONFIG_REVISION', '13'], 'create EINVAL jailhouse_cmd_cell_create'],
    [
      'inmate architecture ARM',
      ['', ''],
      ['JAILHOUSE_ARM64', 'JAILHOUSE_ARM'],
      'set_loadable ENOENT cell_management_prologue',
    ],
    ['the name of the root', ['', ''], ['"demo"', '"board"'], 'create EEXIST jailhouse_cmd_cell_create'],
    ['a CPU the root has not', ['', ''], ['{ 0x2 }', '{ 0x10 }'], 'create EBUSY jailhouse_cmd_cell_create'],
    ['RAM not loadable', ['', ''], [' | JAILHOUSE_MEM_LOADABLE', ''], 'set_loadable EINVAL load_image'],
    ['RAM not writable', ['', ''], [' | JAILHOUSE_MEM_WRITE', ''], 'set_loadable EINVAL load_image'],
    ['RAM outside the root', ['', ''], ['0x60000000', '0x90000000'], 'set_loadable parked load_image'],
    ['RAM in the hypervisor', ['', ''], ['0x60000000', '0x7fe00000'], 'set_loadable parked load_image'],
    ['no inmate regions', ['', ''], ['ARRAY_SIZE(config.mem_regions)', '0'], 'create ENOMEM cell_create'],
  ],
)('%s', (_, root, cell, outcome) => {
  expect(firstFailure(ROOT.replace(...root), CELL.replace(...cell))).toBe(outcome)
})
