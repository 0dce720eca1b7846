/* SPDX-License-Identifier: MIT */
/* Bare-metal inmate of the ARMv7 board: one core, 64 KiB of RAM, one GPIO port. */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

#ifndef CONFIG_BLINKER_PORT
#define CONFIG_BLINKER_PORT 2
#endif

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[4];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM,
		.name = "board32-" "blinker",
		.flags = JAILHOUSE_CELL_PASSIVE_COMMREG,
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.console = {
			.address = 0x01c29c00,
			.divider = 0x0d,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4,
		},
	},

	.cpus = { 0x2 },

	.mem_regions = {
		[0] = {
			/* UART 7 */
			.phys_start = 0x01c29c00,
			.virt_start = 0x01c29c00,
			.size = 0x400,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_IO_8 |
				JAILHOUSE_MEM_IO_32,
		},
		[1] = {
			/* one GPIO port */
			.phys_start = 0x01c20800 + CONFIG_BLINKER_PORT * 0x24,
			.virt_start = 0x01c20800 + CONFIG_BLINKER_PORT * 0x24,
			.size = 0x24,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_IO_32 |
				JAILHOUSE_MEM_ROOTSHARED,
		},
		[2] = {
			/* RAM */
			.phys_start = 0x7beb0000,
			.virt_start = 0,
			.size = 0x10000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_LOADABLE,
		},
		[3] = {
			/* communication region */
			.virt_start = 0x80000000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION,
		},
	},
};
