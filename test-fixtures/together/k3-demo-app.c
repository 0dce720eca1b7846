/* SPDX-License-Identifier: MIT */
/* Overlaps the Linux inmate, which runs at the same time, and takes its UART and its only other core. */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
#include "../k3-board.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[3];
	struct jailhouse_irqchip irqchips[1];
	union jailhouse_stream_id stream_ids[0];
} __attribute__((packed)) config = {
	.cell = {
		K3_CELL,
		.name = "k3-demo-app",
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
		/* RAM */ {
			.phys_start = 0x8c8000000,
			.virt_start = 0x0,
			.size = 0x1000000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_LOADABLE,
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

	.stream_ids = {},
};
