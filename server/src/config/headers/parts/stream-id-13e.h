/* SPDX-License-Identifier: MIT */
/* mmu500: both halves are 15 bits wide; a bit set in mask_out is ignored in id. */
union jailhouse_stream_id {
	__u32 id;
	struct {
		__u16 id, mask_out;
	} __attribute__((packed)) mmu500;
} __attribute__((packed));
