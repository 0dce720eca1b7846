/* SPDX-License-Identifier: MIT */
#ifndef JAILHOUSE_PARTS_TYPES_H
#define JAILHOUSE_PARTS_TYPES_H

typedef signed char s8, __s8;
typedef unsigned char u8, __u8;
typedef short s16, __s16;
typedef unsigned short u16, __u16;
typedef int s32, __s32;
typedef unsigned int u32, __u32;
typedef long long s64, __s64;
typedef unsigned long long u64, __u64;

#endif
