/* SPDX-License-Identifier: MIT */
/*
 * What every variant of the K3 demo board repeats, as macros that expand to runs of designators and elements.
 * `k3-dma/` spells the same board out.
 */
#define RW (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)
#define RWX (RW | JAILHOUSE_MEM_EXECUTE)

/* A window at the same virtual and physical address */
#define MMIO(start, length) \
	{ .phys_start = start, .virt_start = start, .size = length, .flags = RW | JAILHOUSE_MEM_IO }

#define PVU(n, tlb) \
	{ \
		.type = JAILHOUSE_IOMMU_PVU, .base = 0x30f80000 + (n) * 0x1000, .size = 0x1000, \
		.tipvu.tlb_base = tlb, .tipvu.tlb_size = 0x40000, \
	}

#define K3_SYSTEM \
	.signature = JAILHOUSE_SYSTEM_SIGNATURE, \
	.revision = JAILHOUSE_CONFIG_REVISION, \
	.architecture = JAILHOUSE_ARM64, \
	.flags = JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE, \
	.hypervisor_memory = { .phys_start = 0x89fa00000, .size = 0x400000 }, \
	.debug_console = { \
		.address = 0x02800000, .size = 0x1000, .type = JAILHOUSE_CON_TYPE_8250, \
		.flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4 | JAILHOUSE_CON_MDR_QUIRK, \
	}, \
	.platform_info = { \
		.pci_mmconfig_base = 0x76000000, .pci_is_virtual = 1, .pci_domain = 4, \
		.iommu_units = { \
			{ .type = JAILHOUSE_IOMMU_SMMUV3, .base = 0x36600000, .size = 0x100000 }, \
			PVU(0, 0x36000000), PVU(1, 0x36040000), PVU(3, 0x360c0000), \
		}, \
		.arm = { .gic_version = 3, .gicd_base = 0x01800000, .gicr_base = 0x01900000, .maintenance_irq = 25 }, \
	}

#define K3_CELL \
	.signature = JAILHOUSE_CELL_DESC_SIGNATURE, \
	.revision = JAILHOUSE_CONFIG_REVISION, \
	.architecture = JAILHOUSE_ARM64, \
	.flags = JAILHOUSE_CELL_PASSIVE_COMMREG

#define COUNTS \
	.cpu_set_size = sizeof(config.cpus), \
	.num_memory_regions = ARRAY_SIZE(config.mem_regions), \
	.num_irqchips = ARRAY_SIZE(config.irqchips), \
	.num_stream_ids = ARRAY_SIZE(config.stream_ids)

#define COMM_REGION(start) \
	{ .virt_start = start, .size = 0x1000, .flags = RW | JAILHOUSE_MEM_COMM_REGION }
