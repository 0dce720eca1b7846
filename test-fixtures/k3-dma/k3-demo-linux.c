/* SPDX-License-Identifier: MIT */
/*
 * Linux inmate of the K3 demo board: one core, 1.5 GiB of RAM, a UART and a USB controller of its own.
 *
 * Its RAM carries the DMA flag: the USB controller's stream ID 3 is behind the PVU and must reach it.
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[11];
	struct jailhouse_irqchip irqchips[2];
	struct jailhouse_pci_device pci_devices[1];
	union jailhouse_stream_id stream_ids[2];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.name = "k3-demo-linux",
		.flags = JAILHOUSE_CELL_PASSIVE_COMMREG,
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_irqchips = ARRAY_SIZE(config.irqchips),
		.num_pci_devices = ARRAY_SIZE(config.pci_devices),
		.num_stream_ids = ARRAY_SIZE(config.stream_ids),
		.cpu_reset_address = 0x0,
		.vpci_irq_base = 195 - 32,
		.console = {
			.address = 0x02810000,
			.divider = 0x1b,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4,
		},
	},

	.cpus = { 0x2 },

	.mem_regions = {
		/* shared memory of the virtual network, in on-chip SRAM */
		JAILHOUSE_SHMEM_NET_REGIONS(0x70000000, 1),

		/* control module: the root's too */ {
			.phys_start = 0x00100000,
			.virt_start = 0x00100000,
			.size = 0x20000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO |
				JAILHOUSE_MEM_ROOTSHARED,
		},
		/* UART 1 */ {
			.phys_start = 0x02810000,
			.virt_start = 0x02810000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
		/* USB 1: wrapper */ {
			.phys_start = 0x04114000,
			.virt_start = 0x04114000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
		/* USB 1: controller */ {
			.phys_start = 0x06400000,
			.virt_start = 0x06400000,
			.size = 0x30000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
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
		/* communication region */ {
			.virt_start = 0x80000000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION,
		},
	},

	.irqchips = {
		/* SPI = 32 * word + bit */ {
			.address = 0x01800000,
			.pin_base = 32,
			/* USB 1: host, peripheral and OTG are SPI 104, 110 and 121 */
			.pin_bitmap = { 0, 0, 0, 1 << (104 - 96) | 1 << (110 - 96) | 1 << (121 - 96) },
		},
		/* SPI = 128 + 32 * word + bit */ {
			.address = 0x01800000,
			.pin_base = 160,
			/* the virtual PCI bridge has SPI 163 to 166, UART 1 has SPI 193 */
			.pin_bitmap = { 0, 0xf << (163 - 160), 1 << (193 - 192), 0 },
		},
	},

	.pci_devices = {
		/* 4:00:00.0, the virtual network */ {
			.type = JAILHOUSE_PCI_TYPE_IVSHMEM,
			.domain = 4,
			.bdf = 0 << 3,
			.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX_64K,
			.shmem_regions_start = 0,
			.shmem_dev_id = 1,
			.shmem_peers = 2,
			.shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH,
		},
	},

	.stream_ids = {
		/* USB 1: behind the PVU, and behind the SMMU */
		{ 0x0003 }, { 0xf003 },
	},
};
