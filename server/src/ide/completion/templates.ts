import { MEM_COMM_REGION } from '../../config/constants.ts'
import { has } from '../../config/ranges.ts'
import { hex } from '../../text/words.ts'
import type { CellView } from './cell-view.ts'

/** A whole element of an array, as people write it, with tab stops. */
export interface Template {
  readonly label: string
  readonly detail: string
  readonly insert: string
  /** The macro the element is written by, where it is one. */
  readonly macro?: string
  /** How many elements it makes; undefined where nobody knows. */
  readonly makes?: number
  /** Where it belongs; everywhere without one. */
  readonly fits?: (view: CellView) => boolean
}

const isInmate = ({ own }: CellView): boolean => !own.isRoot
const lacksComm = ({ own }: CellView): boolean => !own.mem_regions.some(region => has(region, MEM_COMM_REGION))
const isX86 = ({ own }: CellView): boolean => own.architecture === 'x86'
const isArm64 = ({ own }: CellView): boolean => own.architecture === 'arm64'

/** What a field of a new element begins with: what is free in the system, or else a usual value. */
export type Begin = (field: string, usual: string) => string

export const TEMPLATES: Readonly<Record<string, (begin: Begin) => readonly Template[]>> = {
  jailhouse_memory: begin => [
    {
      label: 'RAM region',
      detail: 'memory to run from, loadable, reachable by devices',
      insert: region(
        'RAM',
        ['READ', 'WRITE', 'EXECUTE', 'DMA', 'LOADABLE'],
        begin('ram_size', '0x1000000'),
        begin('ram_start', '0x0'),
      ),
    },
    {
      label: 'MMIO region',
      detail: 'registers of a device',
      insert: region('device', ['READ', 'WRITE', 'IO'], begin('mmio_size', '0x1000'), begin('mmio_start', '0x0')),
    },
    {
      label: 'MMIO sub-page region',
      detail: 'some registers of a page, every access trapped',
      insert: region('device', ['READ', 'WRITE', 'IO', 'IO_32'], '0x100', begin('mmio_start', '0x0')),
    },
    {
      label: 'shared region',
      detail: 'memory the root cell keeps',
      insert: region('shared', ['READ', 'WRITE', 'ROOTSHARED'], '0x1000', begin('phys_start', '0x0')),
      fits: isInmate,
    },
    {
      label: 'communication region',
      detail: 'one page between hypervisor and cell',
      fits: view => isInmate(view) && lacksComm(view),
      insert: `/* communication region */ {
\t.virt_start = \${1:${begin('comm_start', '0x80000000')}},
\t.size = 0x00001000,
\t.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION,
},$0`,
    },
    {
      label: 'JAILHOUSE_SHMEM_NET_REGIONS',
      detail: 'the four ivshmem regions of a network link',
      insert: `JAILHOUSE_SHMEM_NET_REGIONS(\${1:${begin('link_start', begin('phys_start', '0x0'))}}, \${2:${begin('shmem_dev_id', '0')}}),$0`,
      macro: 'JAILHOUSE_SHMEM_NET_REGIONS',
      makes: 4,
    },
    {
      label: 'ivshmem regions',
      detail: 'state table, common section, output sections of two peers',
      insert: shmemRegions(BigInt(begin('link_start', begin('phys_start', '0x0')))),
      makes: 4,
    },
  ],
  jailhouse_pci_device: begin => [
    {
      label: 'ivshmem device',
      detail: 'shared memory with a peer',
      insert: `/* \${6:peer} */ {
\t.type = JAILHOUSE_PCI_TYPE_IVSHMEM,
\t.domain = \${1:${begin('domain', '0')}},
\t.bdf = \${2:${begin('bdf', '0 << 3')}},
\t.bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX,
\t.shmem_regions_start = \${3:${begin('shmem_regions_start', '0')}},
\t.shmem_dev_id = \${4:${begin('shmem_dev_id', '0')}},
\t.shmem_peers = \${5:${begin('shmem_peers', '2')}},
\t.shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH,
},$0`,
    },
    {
      label: 'PCI device',
      detail: 'a physical device',
      insert: `/* \${4:device} */ {
\t.type = JAILHOUSE_PCI_TYPE_DEVICE,
\t.domain = \${1:0},
\t.bdf = \${2:0x0},
\t.caps_start = \${3:0},
\t.num_caps = 0,
},$0`,
    },
  ],
  jailhouse_irqchip: begin => [
    {
      label: 'irqchip',
      detail: '128 interrupts from pin_base on',
      insert: `{
\t.address = \${1:${begin('address', '0x0')}},
\t.pin_base = \${2:${begin('pin_base', '0')}},
\t.pin_bitmap = {
\t\t\${3:0x0}, 0x0, 0x0, 0x0,
\t},
},$0`,
    },
  ],
  jailhouse_pio: () => [
    { label: 'PIO_RANGE', detail: 'I/O ports', insert: 'PIO_RANGE(${1:0x0}, ${2:1}),$0', macro: 'PIO_RANGE', makes: 1 },
    {
      label: 'port range',
      detail: 'I/O ports',
      insert: '{\n\t.base = ${1:0x0},\n\t.length = ${2:1},\n},$0',
    },
  ],
  jailhouse_pci_capability: () => [
    {
      label: 'capability',
      detail: 'a PCI capability',
      insert: `{
\t.id = \${1:PCI_CAP_ID_PM},
\t.start = \${2:0x40},
\t.len = \${3:8},
\t.flags = \${4:JAILHOUSE_PCICAPS_WRITE},
},$0`,
    },
  ],
  jailhouse_cache: () => [
    {
      label: 'cache region',
      detail: 'ways of the L3 cache',
      fits: isX86,
      insert: '{\n\t.start = ${1:0},\n\t.size = ${2:2},\n\t.type = JAILHOUSE_CACHE_L3,\n},$0',
    },
  ],
  jailhouse_stream_id: begin => [
    { label: 'stream id', detail: 'a DMA master', insert: `{ \${1:${begin('id', '0x0')}} },$0` },
  ],
  jailhouse_iommu: () => [
    {
      label: 'VT-d',
      detail: 'Intel IOMMU',
      fits: isX86,
      insert: '{\n\t.type = JAILHOUSE_IOMMU_INTEL,\n\t.base = ${1:0xfed90000},\n\t.size = 0x1000,\n},$0',
    },
    {
      label: 'SMMUv3',
      detail: 'Arm IOMMU',
      fits: isArm64,
      insert: '{\n\t.type = JAILHOUSE_IOMMU_SMMUV3,\n\t.base = ${1:0x0},\n\t.size = ${2:0x20000},\n},$0',
    },
    {
      label: 'PVU',
      detail: 'TI Peripheral Virtualization Unit',
      fits: isArm64,
      insert: `{
\t.type = JAILHOUSE_IOMMU_PVU,
\t.base = \${1:0x0},
\t.size = 0x1000,
\t.tipvu = {
\t\t.tlb_base = \${2:0x0},
\t\t.tlb_size = 0x40000,
\t},
},$0`,
    },
  ],
}

const region = (comment: string, flags: readonly string[], size: string, start = '0x0'): string =>
  `/* \${3:${comment}} */ {
\t.phys_start = \${1:${start}},
\t.virt_start = \${1:${start}},
\t.size = \${2:${size}},
\t.flags = ${flags.map(flag => `JAILHOUSE_MEM_${flag}`).join(' | ')},
},$0`

/** Each section behind the one before; without a common section its element is empty. */
function shmemRegions(start: bigint): string {
  const section = (stop: number, comment: string, pages: bigint, flags: string) => `/* ${comment} */ {
\t.phys_start = \${${stop}:${hex(start + pages * 0x1000n)}},
\t.virt_start = \${${stop}:${hex(start + pages * 0x1000n)}},
\t.size = 0x1000,
\t.flags = ${flags},
},`
  const read = 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED'
  return [
    section(1, 'state table', 0n, read),
    '/* no common section */ { 0 },',
    section(2, 'output of peer 0', 1n, `${read} | JAILHOUSE_MEM_WRITE`),
    `${section(3, 'output of peer 1', 2n, read)}$0`,
  ].join('\n')
}
