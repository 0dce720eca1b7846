/* SPDX-License-Identifier: MIT */
/* The inmate is right: its RAM carries the DMA flag for its own devices. */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
#include "../k3-board.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[4];
	struct jailhouse_irqchip irqchips[1];
	union jailhouse_stream_id stream_ids[2];
} __attribute__((packed)) config = {
	.cell = {
		K3_CELL,
		.name = "k3-demo-linux",
		COUNTS,
		.console = {
			.address = 0x02810000,
			.divider = 0x1b,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4,
		},
	},

	.cpus = { 0x2 },

	.mem_regions = {
		/* UART 1 */
		MMIO(0x02810000, 0x1000),
		/* Linux loader */ {
			.phys_start = 0x89ff40000,
			.virt_start = 0x0,
			.size = 0x10000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_LOADABLE,
		},
		/* RAM */ {
			.phys_start = 0x8a0000000,
			.virt_start = 0x8a0000000,
			.size = 0x60000000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE,
		},
		COMM_REGION(0x80000000),
	},

	.irqchips = {
		/* UART 1: SPI 193 */ {
			.address = 0x01800000,
			.pin_base = 160,
			.pin_bitmap = { [2] = 1 << (193 - 192) },
		},
	},

	.stream_ids = { { 0x0003 }, { 0xf003 } },
};
