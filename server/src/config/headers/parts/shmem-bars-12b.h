/* SPDX-License-Identifier: MIT */
/* BAR 0: one page of registers, BAR 1: 512 bytes of MSI-X. */
#define JAILHOUSE_IVSHMEM_BAR_MASK_INTX { 0xfffff000, 0, 0, 0, 0, 0 }
#define JAILHOUSE_IVSHMEM_BAR_MASK_MSIX { 0xfffff000, 0xfffffe00, 0, 0, 0, 0 }
#define JAILHOUSE_IVSHMEM_BAR_MASK_INTX_64K { 0xffff0000, 0, 0, 0, 0, 0 }
#define JAILHOUSE_IVSHMEM_BAR_MASK_MSIX_64K { 0xffff0000, 0xfffffe00, 0, 0, 0, 0 }
