/* SPDX-License-Identifier: MIT */
#define JAILHOUSE_SYSTEM_SIGNATURE "JHSYST"

struct jailhouse_system {
	char signature[6];
	__u16 revision;
	struct jailhouse_memory hypervisor_memory;
	struct jailhouse_debug_console debug_console;
	struct {
		__u64 pci_mmconfig_base;
		__u8 pci_mmconfig_end_bus;
		__u8 pci_is_virtual;
		__u16 pci_domain;
		union {
			struct {
				__u16 pm_timer_address;
				__u32 vtd_interrupt_limit;
				__u8 apic_mode;
				__u8 padding[3];
				__u32 tsc_khz, apic_khz;
				struct jailhouse_iommu iommu_units[JAILHOUSE_MAX_IOMMU_UNITS];
			} __attribute__((packed)) x86;
			struct {
				__u8 maintenance_irq;
				__u8 gic_version;
				__u64 gicd_base, gicc_base, gich_base, gicv_base, gicr_base;
			} __attribute__((packed)) arm;
		} __attribute__((packed));
	} __attribute__((packed)) platform_info;
	struct jailhouse_cell_desc root_cell;
} __attribute__((packed));
