/* SPDX-License-Identifier: MIT */
#define JAILHOUSE_MEM_IO_UNALIGNED 0x100
