/* SPDX-License-Identifier: MIT */
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) sizeof(array) / sizeof((array)[0])
#endif
