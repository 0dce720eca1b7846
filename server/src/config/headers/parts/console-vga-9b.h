/* SPDX-License-Identifier: MIT */
/* Early in revision 10 the EFI framebuffer took over its number. */
#define JAILHOUSE_CON_TYPE_VGA 1
