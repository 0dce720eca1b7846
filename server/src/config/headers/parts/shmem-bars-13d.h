/* SPDX-License-Identifier: MIT */
/* BAR 0: registers, BAR 1: MSI-X; one page each, of 4 KiB or of 64 KiB. */
#define JAILHOUSE_IVSHMEM_BAR_MASK_INTX { 0xfffff000, 0, 0, 0, 0, 0 }
#define JAILHOUSE_IVSHMEM_BAR_MASK_MSIX { 0xfffff000, 0xfffff000, 0, 0, 0, 0 }
#define JAILHOUSE_IVSHMEM_BAR_MASK_INTX_64K { 0xffff0000, 0, 0, 0, 0, 0 }
#define JAILHOUSE_IVSHMEM_BAR_MASK_MSIX_64K { 0xffff0000, 0xffff0000, 0, 0, 0, 0 }
