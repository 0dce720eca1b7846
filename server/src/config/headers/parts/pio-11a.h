/* SPDX-License-Identifier: MIT */
struct jailhouse_pio {
	__u16 base, length;
} __attribute__((packed));

#define PIO_RANGE(first, count) { .base = first, .length = count }
