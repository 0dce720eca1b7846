/* SPDX-License-Identifier: MIT */
/* The Linux inmate of the MPSoC board, started in AArch32. */
#define CONFIG_CELL_FLAGS (JAILHOUSE_CELL_PASSIVE_COMMREG | JAILHOUSE_CELL_AARCH32)
#include "mpsoc-linux.c"
