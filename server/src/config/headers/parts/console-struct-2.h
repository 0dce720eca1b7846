/* SPDX-License-Identifier: MIT */
struct jailhouse_debug_console {
	__u64 address;
	__u32 size;
	__u32 flags;
	__u32 divider;
	__u32 gate_nr;
	__u64 clock_reg;
} __attribute__((packed));
