/* SPDX-License-Identifier: MIT */
/* Root cell of a small PC: 1 GiB of RAM, VT-d, one SATA controller and one network card with MSI-X. */
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

#define MiB(n) ((n) << 20)

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[12];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[6];
	struct jailhouse_pci_device pci_devices[5];
	struct jailhouse_pci_capability pci_caps[5];
} __attribute__((packed)) config = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_X86,
		.flags = JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE,
		.hypervisor_memory = {
			.phys_start = MiB(928),
			.size = MiB(6),
		},
		.debug_console = {
			.address = 0x3f8,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_PIO,
		},
		.platform_info = {
			.pci_mmconfig_base = 0xb0000000,
			.pci_mmconfig_end_bus = 0xff,
			.iommu_units = {
				{
					.type = JAILHOUSE_IOMMU_INTEL,
					.base = 0xfed90000,
					.size = 0x1000,
				},
			},
			.x86 = {
				.pm_timer_address = 0x608,
				.vtd_interrupt_limit = 256,
			},
		},
		.root_cell = {
			.name = "pc",
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
			.num_pio_regions = ARRAY_SIZE(config.pio_regions),
			.num_pci_devices = ARRAY_SIZE(config.pci_devices),
			.num_pci_caps = ARRAY_SIZE(config.pci_caps),
		},
	},

	.cpus = { 0b1111 },

	.mem_regions = {
		/* virtual network: the state table, nothing both write, then one page-aligned half for each side */
		{
			.phys_start = MiB(1008),
			.virt_start = MiB(1008),
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ,
		},
		{ 0 },
		{
			.phys_start = MiB(1008) + 0x1000,
			.virt_start = MiB(1008) + 0x1000,
			.size = 0x7f000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE,
		},
		{
			.phys_start = MiB(1008) + 0x80000,
			.virt_start = MiB(1008) + 0x80000,
			.size = 0x7f000,
			.flags = JAILHOUSE_MEM_READ,
		},
		/* RAM below the hole */ {
			.phys_start = 0x0,
			.virt_start = 0x0,
			.size = 0xa0000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_DMA,
		},
		/* video memory and ROMs */ {
			.phys_start = 0xa0000,
			.virt_start = 0xa0000,
			.size = 0x60000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_DMA,
		},
		/* RAM up to the hypervisor */ {
			.phys_start = MiB(1),
			.virt_start = MiB(1),
			.size = MiB(928) - MiB(1),
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
				JAILHOUSE_MEM_DMA,
		},
		/* RAM for inmates, up to the shared memory */ {
			.phys_start = MiB(928) + MiB(6),
			.virt_start = MiB(928) + MiB(6),
			.size = MiB(1008) - MiB(928) - MiB(6),
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_LOADABLE,
		},
		/* SATA: ABAR */ {
			.phys_start = 0xfeb10000,
			.virt_start = 0xfeb10000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE,
		},
		/* network card: registers and flash; BAR 3 holds the MSI-X table and belongs to the hypervisor */ {
			.phys_start = 0xfeb80000,
			.virt_start = 0xfeb80000,
			.size = 0x60000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE,
		},
		/* HPET */ {
			.phys_start = 0xfed00000,
			.virt_start = 0xfed00000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE,
		},
		/* TPM */ {
			.phys_start = 0xfed40000,
			.virt_start = 0xfed40000,
			.size = 0x5000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE,
		},
	},

	.irqchips = {
		/* I/O APIC */ {
			.address = 0xfec00000,
			.id = 0xff00,
			.pin_bitmap = { (1 << 24) - 1 },
		},
	},

	.pio_regions = {
		PIO_RANGE(0x40, 4), /* timer */
		PIO_RANGE(0x61, 2), /* speaker gate */
		PIO_RANGE(0x70, 2), /* clock */
		PIO_RANGE(0x3f8, 8), /* serial port */
		PIO_RANGE(0x608, 4), /* PM timer */
		PIO_RANGE(0xc000, 0x1000), /* PCI */
	},

	.pci_devices = {
		/* 00:00.0 host bridge */ {
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x00,
		},
		/* 00:1f.0 ISA bridge */ {
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x1f << 3,
		},
		/* 00:1f.2 SATA */ {
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x1f << 3 | 2,
			.bar_mask = { [4] = 0xffffffe0, [5] = 0xfffff000 },
			.caps_start = 0,
			.num_caps = 2,
			.num_msi_vectors = 1,
			.msi_64bits = 1,
		},
		/* 00:02.0 network card */ {
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 2 << 3,
			.bar_mask = { 0xfffe0000, 0xfffe0000, 0xffffffe0, 0xffffc000 },
			.caps_start = 2,
			.num_caps = 3,
			.num_msi_vectors = 1,
			.msi_64bits = 1,
			.num_msix_vectors = 5,
			.msix_region_size = 0x1000,
			.msix_address = 0xfebe0000,
		},
		/* 00:0e.0 virtual network */ {
			.type = JAILHOUSE_PCI_TYPE_IVSHMEM,
			.bdf = 0x0e << 3,
			.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_MSIX,
			.num_msix_vectors = 2,
			.shmem_regions_start = 0,
			.shmem_dev_id = 0,
			.shmem_peers = 2,
			.shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH,
		},
	},

	.pci_caps = {
		/* SATA */
		{
			.id = PCI_CAP_ID_MSI,
			.start = 0x80,
			.len = 14,
			.flags = JAILHOUSE_PCICAPS_WRITE,
		},
		{
			.id = PCI_CAP_ID_SATA,
			.start = 0xa8,
			.len = 2,
		},
		/* network card */
		{
			.id = PCI_CAP_ID_PM,
			.start = 0xc8,
			.len = 8,
			.flags = JAILHOUSE_PCICAPS_WRITE,
		},
		{
			.id = PCI_CAP_ID_MSI,
			.start = 0xd0,
			.len = 14,
			.flags = JAILHOUSE_PCICAPS_WRITE,
		},
		{
			.id = PCI_CAP_ID_MSIX,
			.start = 0xa0,
			.len = 12,
			.flags = JAILHOUSE_PCICAPS_WRITE,
		},
	},
};
