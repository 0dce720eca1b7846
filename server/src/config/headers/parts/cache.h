/* SPDX-License-Identifier: MIT */
struct jailhouse_cache {
	__u32 start, size;
	__u8 type;
	__u8 padding;
	__u16 flags;
} __attribute__((packed));

#define JAILHOUSE_CACHE_L3_CODE 1
#define JAILHOUSE_CACHE_L3_DATA 2
#define JAILHOUSE_CACHE_L3 (JAILHOUSE_CACHE_L3_CODE | JAILHOUSE_CACHE_L3_DATA)

#define JAILHOUSE_CACHE_ROOTSHARED 1
