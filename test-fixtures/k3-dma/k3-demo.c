/* SPDX-License-Identifier: MIT */
/*
 * Root cell of a K3 demo board: two Cortex-A72 cores, 4 GiB of RAM in two banks, an SMMUv3 and three PVUs.
 *
 * The RAM that inmates are given is in the CPU's map but carries no DMA flag: a PVU cannot drop a mapping
 * while its cell runs, so what the root's devices reach once they would reach for good.
 */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[18];
	struct jailhouse_irqchip irqchips[4];
	struct jailhouse_pci_device pci_devices[1];
	union jailhouse_stream_id stream_ids[6];
} __attribute__((packed)) config = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.flags = JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE,
		.hypervisor_memory = {
			.phys_start = 0x89fa00000,
			.size = 0x400000,
		},
		.debug_console = {
			.address = 0x02800000,
			.size = 0x1000,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4 | JAILHOUSE_CON_MDR_QUIRK,
		},
		.platform_info = {
			.pci_mmconfig_base = 0x76000000,
			.pci_mmconfig_end_bus = 0,
			.pci_is_virtual = 1,
			.pci_domain = 4,
			.iommu_units = {
				{
					.type = JAILHOUSE_IOMMU_SMMUV3,
					.base = 0x36600000,
					.size = 0x100000,
				},
				{
					.type = JAILHOUSE_IOMMU_PVU,
					.base = 0x30f80000,
					.size = 0x1000,
					.tipvu.tlb_base = 0x36000000,
					.tipvu.tlb_size = 0x40000,
				},
				{
					.type = JAILHOUSE_IOMMU_PVU,
					.base = 0x30f81000,
					.size = 0x1000,
					.tipvu.tlb_base = 0x36040000,
					.tipvu.tlb_size = 0x40000,
				},
				{
					.type = JAILHOUSE_IOMMU_PVU,
					.base = 0x30f83000,
					.size = 0x1000,
					.tipvu.tlb_base = 0x360c0000,
					.tipvu.tlb_size = 0x40000,
				},
			},
			.arm = {
				.gic_version = 3,
				.gicd_base = 0x01800000,
				.gicr_base = 0x01900000,
				.maintenance_irq = 25,
			},
		},
		.root_cell = {
			.name = "k3-demo",
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
			.num_pci_devices = ARRAY_SIZE(config.pci_devices),
			.num_stream_ids = ARRAY_SIZE(config.stream_ids),
			.vpci_irq_base = 191 - 32,
		},
	},

	.cpus = { 0x3 },

	.mem_regions = {
		/* shared memory of the virtual network, in on-chip SRAM */
		JAILHOUSE_SHMEM_NET_REGIONS(0x70000000, 0),

		/* control module */ {
			.phys_start = 0x00100000,
			.virt_start = 0x00100000,
			.size = 0x20000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
		/* GPIO */ {
			.phys_start = 0x00600000,
			.virt_start = 0x00600000,
			.size = 0x32000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
		/* peripherals below the interrupt controller */ {
			.phys_start = 0x01000000,
			.virt_start = 0x01000000,
			.size = 0x800000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
		/* peripherals above the interrupt controller */ {
			.phys_start = 0x01a00000,
			.virt_start = 0x01a00000,
			.size = 0x0a503000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
		/* navigator subsystem, up to the PVUs' registers */ {
			.phys_start = 0x30800000,
			.virt_start = 0x30800000,
			.size = 0x00780000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
		/* navigator subsystem, between the PVUs' registers and their TLB windows */ {
			.phys_start = 0x30f84000,
			.virt_start = 0x30f84000,
			.size = 0x0507c000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
		/* navigator subsystem, above the SMMU */ {
			.phys_start = 0x36700000,
			.virt_start = 0x36700000,
			.size = 0x05d00000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
		/* MCU domain: peripherals */ {
			.phys_start = 0x40200000,
			.virt_start = 0x40200000,
			.size = 0x00999000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},
		/* MCU domain: SRAM, 16 of the PVU's entries */ {
			.phys_start = 0x41c00000,
			.virt_start = 0x41c00000,
			.size = 0x00100000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_DMA,
		},
		/* MCU domain: wake-up */ {
			.phys_start = 0x42040000,
			.virt_start = 0x42040000,
			.size = 0x030c0000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,
		},

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
		/* RAM reserved for the Linux inmate: no DMA here */ {
			.phys_start = 0x8a0000000,
			.virt_start = 0x8a0000000,
			.size = 0x60000000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_LOADABLE,
		},
	},

	.irqchips = {
		{
			.address = 0x01800000,
			.pin_base = 32,
			.pin_bitmap = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		},
		{
			.address = 0x01800000,
			.pin_base = 160,
			.pin_bitmap = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		},
		{
			.address = 0x01800000,
			.pin_base = 288,
			.pin_bitmap = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		},
		{
			.address = 0x01800000,
			.pin_base = 416,
			.pin_bitmap = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		},
	},

	.pci_devices = {
		/* 4:00:00.0, the virtual network */ {
			.type = JAILHOUSE_PCI_TYPE_IVSHMEM,
			.domain = 4,
			.bdf = 0 << 3,
			.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX_64K,
			.shmem_regions_start = 0,
			.shmem_dev_id = 0,
			.shmem_peers = 2,
			.shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH,
		},
	},

	.stream_ids = {
		/* peripherals: behind the PVU, and behind the SMMU */
		{ 0x0002 }, { 0xf002 },
		/* PCIe root ports, behind the SMMU */
		{ 0x0100 }, { 0x0101 }, { 0x4100 }, { 0x8100 },
	},
};
