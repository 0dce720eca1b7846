/** The constants of `cell-config.h` at revision 14, without their `JAILHOUSE_` prefix. */

export const MEM_READ = 0x1n
export const MEM_WRITE = 0x2n
export const MEM_EXECUTE = 0x4n
export const MEM_DMA = 0x8n
export const MEM_IO = 0x10n
export const MEM_COMM_REGION = 0x20n
export const MEM_LOADABLE = 0x40n
export const MEM_ROOTSHARED = 0x80n
export const MEM_NO_HUGEPAGES = 0x100n
export const MEM_IO_UNALIGNED = 0x8000n
export const MEM_IO_8 = 0x10000n
export const MEM_IO_16 = 0x20000n
export const MEM_IO_32 = 0x40000n
export const MEM_IO_64 = 0x80000n
/** The access widths a sub-page region allows. */
export const MEM_IO_WIDTHS = MEM_IO_8 | MEM_IO_16 | MEM_IO_32 | MEM_IO_64

export const CELL_PASSIVE_COMMREG = 0x1
export const CELL_TEST_DEVICE = 0x2
export const CELL_AARCH32 = 0x4
export const CELL_VIRTUAL_CONSOLE_PERMITTED = 0x40000000
export const CELL_VIRTUAL_CONSOLE_ACTIVE = 0x80000000

export const SYS_VIRTUAL_DEBUG_CONSOLE = 0x1

export const PCI_TYPE_DEVICE = 1
export const PCI_TYPE_BRIDGE = 2
export const PCI_TYPE_IVSHMEM = 3

export const PCI_CAP_ID_PM = 0x01
export const PCI_CAP_ID_MSI = 0x05
/** The PCI function of an AMD IOMMU has it. */
export const PCI_CAP_ID_SECURE = 0x0f
export const PCI_CAP_ID_EXP = 0x10
export const PCI_CAP_ID_MSIX = 0x11
export const PCI_EXT_CAP = 0x8000
export const PCICAPS_WRITE = 0x1

export const SHMEM_PROTO_VETH = 0x0001
export const SHMEM_PROTO_CUSTOM = 0x4000
export const SHMEM_PROTO_VIRTIO_FRONT = 0x8000
export const SHMEM_PROTO_VIRTIO_BACK = 0xc000

/** Of PCs; each driver knows its own. */
export const IOMMU_AMD = 1
export const IOMMU_INTEL = 2

export const CON_TYPE_NONE = 0
export const CON_TYPE_EFIFB = 1
export const CON_TYPE_8250 = 2
export const CON_TYPE_PL011 = 3
export const CON_TYPE_XUARTPS = 4
export const CON_TYPE_MVEBU = 5
export const CON_TYPE_HSCIF = 6
export const CON_TYPE_SCIFA = 7
export const CON_TYPE_IMX = 8
export const CON_TYPE_IMX_LPUART = 9
export const CON_TYPE_SCIF = 10
export const CON_ACCESS_MMIO = 0x1
export const CON_REGDIST_4 = 0x2
export const CON_FB_1920x1080 = 0x4
export const CON_MDR_QUIRK = 0x2000

export const CACHE_L3 = 3
