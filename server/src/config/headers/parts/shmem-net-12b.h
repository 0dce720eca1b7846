/* SPDX-License-Identifier: MIT */
/* State table, no common read/write section, output section of peer 0, output section of peer 1. */
#define JAILHOUSE_SHMEM_NET_REGIONS(start, dev_id) \
	{ \
		.phys_start = (start), \
		.virt_start = (start), \
		.size = 0x1000, \
		.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED, \
	}, \
	{ 0 }, \
	{ \
		.phys_start = (start) + 0x1000, \
		.virt_start = (start) + 0x1000, \
		.size = 0x7f000, \
		.flags = JAILHOUSE_MEM_READ | ((dev_id) == 0 ? JAILHOUSE_MEM_WRITE : 0) | JAILHOUSE_MEM_ROOTSHARED, \
	}, \
	{ \
		.phys_start = (start) + 0x80000, \
		.virt_start = (start) + 0x80000, \
		.size = 0x7f000, \
		.flags = JAILHOUSE_MEM_READ | ((dev_id) == 1 ? JAILHOUSE_MEM_WRITE : 0) | JAILHOUSE_MEM_ROOTSHARED, \
	}
