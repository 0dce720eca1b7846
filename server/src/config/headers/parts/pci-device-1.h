/* SPDX-License-Identifier: MIT */
struct jailhouse_pci_device {
	__u8 type;
	__u8 iommu;
	__u16 domain, bdf;
	__u32 bar_mask[6];
	__u16 caps_start, num_caps;
	__u8 num_msi_vectors;
	__u8 msi_64bits;
	__u16 num_msix_vectors;
	__u16 msix_region_size;
	__u64 msix_address;
	__u32 shmem_region;
	__u16 shmem_protocol;
	__u8 padding[2];
} __attribute__((packed));
