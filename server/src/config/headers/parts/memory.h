/* SPDX-License-Identifier: MIT */
struct jailhouse_memory {
	__u64 phys_start, virt_start, size, flags;
} __attribute__((packed));

#define JAILHOUSE_MEM_READ 0x01
#define JAILHOUSE_MEM_WRITE 0x02
#define JAILHOUSE_MEM_EXECUTE 0x04
#define JAILHOUSE_MEM_DMA 0x08
#define JAILHOUSE_MEM_IO 0x10
#define JAILHOUSE_MEM_COMM_REGION 0x20
#define JAILHOUSE_MEM_LOADABLE 0x40
#define JAILHOUSE_MEM_ROOTSHARED 0x80

/* Access widths of a sub-page region: bit n of the nibble at 16 allows 2^n bytes. */
#define JAILHOUSE_MEM_IO_WIDTH_SHIFT 16
#define JAILHOUSE_MEM_IO_8 (1 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_IO_16 (2 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_IO_32 (4 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
#define JAILHOUSE_MEM_IO_64 (8 << JAILHOUSE_MEM_IO_WIDTH_SHIFT)
