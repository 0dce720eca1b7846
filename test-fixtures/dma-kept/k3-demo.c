/* SPDX-License-Identifier: MIT */
/* The error of the demo: the root keeps DMA to the RAM it gives away. */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
#include "../k3-board.h"

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[6];
	struct jailhouse_irqchip irqchips[2];
	union jailhouse_stream_id stream_ids[2];
} __attribute__((packed)) config = {
	.header = {
		K3_SYSTEM,
		.root_cell = {
			.name = "k3-demo",
			COUNTS,
		},
	},

	.cpus = { 0x3 },

	.mem_regions = {
		/* peripherals below and above the interrupt controller */
		MMIO(0x01000000, 0x800000),
		MMIO(0x01a00000, 0x0a503000),

		/* RAM, first bank */ {
			.phys_start = 0x80000000,
			.virt_start = 0x80000000,
			.size = 0x80000000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE,
		},
		/* RAM, second bank, up to the hypervisor */ {
			.phys_start = 0x880000000,
			.virt_start = 0x880000000,
			.size = 0x1fa00000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE,
		},
		/* RAM for loaders and bare-metal inmates */ {
			.phys_start = 0x89fe00000,
			.virt_start = 0x89fe00000,
			.size = 0x200000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_LOADABLE,
		},
		/* RAM reserved for the inmate */ {
			.phys_start = 0x8a0000000,
			.virt_start = 0x8a0000000,
			.size = 0x60000000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE,
		},
	},

	.irqchips = {
		{
			.address = 0x01800000,
			.pin_base = 32,
			.pin_bitmap = { [0 ... 3] = 0xffffffff },
		},
		{
			.address = 0x01800000,
			.pin_base = 160,
			.pin_bitmap = { [0 ... 3] = 0xffffffff },
		},
	},

	.stream_ids = { { 0x0002 }, { 0xf002 } },
};
