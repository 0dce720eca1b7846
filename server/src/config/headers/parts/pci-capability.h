/* SPDX-License-Identifier: MIT */
struct jailhouse_pci_capability {
	__u16 id;
	__u16 start, len;
	__u16 flags;
} __attribute__((packed));

#define JAILHOUSE_PCICAPS_WRITE 1

/* Set in .id of an extended capability. */
#define JAILHOUSE_PCI_EXT_CAP 0x8000
