/* SPDX-License-Identifier: MIT */
#define JAILHOUSE_MAX_IOMMU_UNITS 8

struct jailhouse_iommu {
	__u64 base;
	__u32 size;
	__u16 amd_bdf;
	__u8 amd_base_cap, amd_msi_cap;
	__u32 amd_features;
} __attribute__((packed));
