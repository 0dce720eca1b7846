/* SPDX-License-Identifier: MIT */
#define JAILHOUSE_CELL_NAME_MAXLEN 31
#define JAILHOUSE_CELL_DESC_SIGNATURE "JHCELL"

/* The arrays follow in the order of their counts. */
struct jailhouse_cell_desc {
	char signature[6];
	__u16 revision;
	char name[JAILHOUSE_CELL_NAME_MAXLEN + 1];
	__u32 id, flags;
	__u32 cpu_set_size, num_memory_regions, num_cache_regions, num_irqchips;
	__u32 pio_bitmap_size, num_pci_devices, num_pci_caps;
	__u32 vpci_irq_base;
} __attribute__((packed));
