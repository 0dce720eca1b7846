import { MiB } from '../../../config/ranges.ts'
import { isAlmostFull, type KnownLine } from '../known-line.ts'
import { cutOff } from './common.ts'

/** The line behind tells the address. */
const ADDRESS_BEHIND =
  '(?:(?=[^\\n]{0,40}\\n[^\\n]{0,80}Invalid MMIO/RAM (?<access>read|write), addr: (?<address>0x[\\da-f]+))|)'

/** Accesses to memory and devices that the hypervisor did not allow. */
export const memoryLines: readonly KnownLine[] = [
  {
    form: 'Unhandled data read|write at ADDRESS(BYTES)',
    by: 'hypervisor/arch/arm64/mmio.c, hypervisor/arch/arm/mmio.c: arch_handle_dabt',
    // On a console that two write to at once, the first letters may stand elsewhere.
    pattern: /(?:Un|n|\b)handled data (?<access>read|write) at (?<address>0x[\da-f]+)\((?<bytes>\d+)\)/i,
    sample: 'Unhandled data read at 0x1c25014(4)',
    meaning: 'A CPU accessed an unmapped address, or in a way its mapping does not permit. The CPU is parked.',
    verdict: 'configuration',
    search: 'access',
    suspects: [
      cutOff,
      {
        of: 'root',
        cause: 'right after enable, in the root: Linux or firmware uses a device that no region of the root covers',
        isSearched: true,
        isUncovered: true,
        remedy: 'find the address in /proc/iomem or the device tree and add a region for it to the root',
      },
      {
        of: 'root',
        cause:
          'right after create, in the root: the inmate was assigned the page, which is no longer mapped in the root',
        rules: ['root-cpus-keep', 'sub-page-of-root', 'console-of-hypervisor'],
        isSearched: true,
        remedy:
          'RAM of an inmate: reserve it, so that Linux keeps out; a device both need: add JAILHOUSE_MEM_ROOTSHARED to the region of the inmate',
      },
      {
        of: 'root',
        cause: 'a write during load, in the root: the loadable region of the inmate is not memory of the root',
        rules: ['loadable-not-in-root'],
        remedy: 'add a writable region to the root that covers it',
      },
      {
        of: 'inmate',
        cause:
          'in an inmate, at pci_mmconfig_base + 0x100000, 2 bytes: its software looked for a virtual PCI device and found none on bus 0',
        rules: ['link-without-peer', 'sections-missing'],
        isOpen: true,
        fits: ({ address = 0n, bytes = 2 }) => bytes === 2 && address % MiB === 0n,
        remedy: 'give the cell the shared-memory device its software expects',
      },
      {
        of: 'inmate',
        cause: 'in an inmate: its device tree or code uses a device the cell does not own',
        isSearched: true,
        isUncovered: true,
        rules: ['inmate-console'],
        isOpen: true,
        remedy: 'add a region for the device, or take it out of the device tree of the inmate',
      },
    ],
  },
  {
    form: 'FATAL: instruction abort at ADDRESS',
    by: 'hypervisor/arch/arm64/traps.c, hypervisor/arch/arm/traps.c: handle_iabt',
    pattern: /instruction abort at (?<address>0x[\da-f]+)/i,
    sample: 'FATAL: instruction abort at 0xfbfff7c0',
    meaning: 'A CPU fetched an instruction where its cell may not execute.',
    verdict: 'configuration',
    search: 'access',
    suspects: [
      {
        cause: 'memory of the root is missing: an array shorter than its initializer, or RAM that is not listed',
        rules: ['excess-elements', 'count-mismatch'],
        of: 'root',
        isSearched: true,
        isOpen: true,
        remedy: 'compare the regions with the System RAM of /proc/iomem',
      },
      {
        cause: 'memory that Linux still uses was given to an inmate',
        rules: ['root-cpus-keep'],
        of: 'root',
        isSearched: true,
        isOpen: true,
        remedy: 'reserve the memory of hypervisor and inmates on the kernel command line or in the device tree',
      },
      {
        cause: 'an inmate starts where it has no memory, or in a sub-page region',
        rules: ['reset-address', 'sub-page-memory'],
        remedy: 'correct cpu_reset_address, or round the region to pages',
      },
    ],
  },
  {
    form: 'FATAL: Invalid MMIO/RAM read|write, addr: ADDRESS size: BYTES',
    by: 'hypervisor/arch/x86/vcpu.c: vcpu_handle_mmio_access',
    pattern: /Invalid MMIO\/RAM (?<access>read|write), addr: (?<address>0x[\da-f]+)(?: size: (?<bytes>\d+))?/i,
    sample: 'FATAL: Invalid MMIO/RAM read, addr: 0x00000000fed80040 size: 4',
    meaning: 'A CPU accessed an unmapped address, or in a way its mapping does not permit. The CPU is parked.',
    verdict: 'configuration',
    search: 'access',
    suspects: [
      cutOff,
      {
        of: 'root',
        cause: 'in the root: an area that firmware reserved, ACPI tables, or registers the generator left out',
        isSearched: true,
        isUncovered: true,
        remedy: 'find the address in /proc/iomem and add a region for it to the root',
      },
      {
        of: 'root',
        cause:
          'right after create, in the root: the inmate was assigned the page, which is no longer mapped in the root',
        rules: ['root-cpus-keep', 'sub-page-of-root'],
        isSearched: true,
        remedy:
          'RAM of an inmate: reserve it, so that Linux keeps out; a device both need: add JAILHOUSE_MEM_ROOTSHARED to the region of the inmate',
      },
      {
        cause: 'the address is listed, but in a sub-page region without an access width',
        rules: ['sub-page-width', 'sub-page-memory'],
        remedy: 'round the region to pages, or add JAILHOUSE_MEM_IO with the widths used',
      },
    ],
  },
  {
    form: 'FATAL: Invalid MMIO read|write, address: ADDRESS, size: BYTES',
    by: 'hypervisor/mmio.c: mmio_handle_subpage',
    pattern: /Invalid MMIO (?<access>read|write), address: (?<address>(?:0x)?[\da-f]+)(?:, size: (?<bytes>[\da-f]+))?/i,
    sample: 'FATAL: Invalid MMIO read, address: fe200008, size: 4',
    meaning:
      'The address lies in a sub-page region. Such regions are emulated access by access, and this access is not allowed.',
    verdict: 'configuration',
    search: 'machine',
    suspects: [
      {
        cause: 'the region lacks JAILHOUSE_MEM_IO_8, _16, _32 or _64 for an access of this size, or READ or WRITE',
        rules: ['sub-page-width', 'no-access'],
        isSearched: true,
        remedy: 'add the width, or round the region to page boundaries',
      },
      {
        cause: 'the access is not aligned to its size',
        fits: ({ address = 1n, bytes = 2 }) => address % BigInt(bytes || 1) !== 0n,
        remedy: 'add JAILHOUSE_MEM_IO_UNALIGNED if the device allows it',
      },
    ],
  },
  {
    form: 'FATAL: unable to get MMIO instruction',
    by: 'hypervisor/arch/x86/vcpu.c: vcpu_handle_mmio_access',
    pattern: new RegExp(`unable to get MMIO instruction${ADDRESS_BEHIND}`),
    sample: 'FATAL: unable to get MMIO instruction',
    meaning: 'An access was to be emulated, but the instruction itself lies where the hypervisor cannot read it.',
    verdict: 'perhaps',
    search: 'access',
    suspects: [
      cutOff,
      {
        cause: 'code or RAM lies in a sub-page region, or in none',
        rules: ['sub-page-memory'],
        isOpen: true,
        remedy: 'page-align code and RAM',
      },
    ],
  },
  {
    form: 'FATAL: unsupported instruction (0xBYTES …)',
    by: 'hypervisor/arch/x86/vcpu.c: vcpu_handle_mmio_access',
    pattern: new RegExp(`unsupported instruction \\(0x[^)\\n]{0,60}\\)?${ADDRESS_BEHIND}`),
    sample: 'FATAL: unsupported instruction (0x83 0x7a 0x08 0x00)',
    meaning:
      'The hypervisor cannot decode the instruction of an access that it emulates: only plain moves are supported.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'RAM lies in a sub-page region, so that every access to it is emulated',
        rules: ['sub-page-memory'],
        remedy: 'round the region to page boundaries',
      },
      {
        cause: 'the address is that of an emulated device: then it is a limit of the hypervisor',
        remedy: 'report it with the line and the address',
      },
    ],
  },
  {
    form: 'WARNING: Overflow during MMIO region registration!',
    by: 'hypervisor/mmio.c: mmio_region_register',
    pattern: /Overflow during MMIO region registration/,
    sample: 'WARNING: Overflow during MMIO region registration!',
    meaning:
      'The table of emulated regions of a cell is full; the region is left out and every access to it is refused.',
    verdict: 'configuration',
    search: 'simulated',
    suspects: [
      {
        cause: 'sub-page regions of an inmate split memory of the root too often',
        rules: ['sub-page-memory', 'sub-page-of-root'],
        remedy: 'align phys_start and size of the inmate’s regions to 0x1000',
      },
    ],
  },
  {
    form: 'WARNING: Failed to re-assign memory region to root cell',
    by: 'hypervisor/control.c: remap_to_root_cell',
    pattern: /Failed to re-assign memory region to root cell/,
    sample: 'WARNING: Failed to re-assign memory region to root cell',
    meaning: 'A cell was destroyed, but not all of its memory could be remapped to the root.',
    verdict: 'configuration',
    search: 'simulated',
    suspects: [
      {
        cause: 'the IOMMU or the page pool had no room for the parts of the root’s region',
        rules: ['pvu-list-grows', 'hypervisor-pool'],
        remedy: 'keep the inmate’s memory a region of its own in the root, without JAILHOUSE_MEM_DMA behind a PVU',
      },
    ],
  },
  {
    form: 'Parking CPU N (Cell: "NAME")',
    by: 'hypervisor/control.c: panic_park',
    pattern: /Parking CPU (?<cpu>\d+) \(Cell: "(?<cell>[^"]*)"\)/,
    sample: 'Parking CPU 0 (Cell: "k3-demo")',
    isContext: true,
    meaning: 'The hypervisor stopped a CPU of this cell. The preceding lines give the reason.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'an access that the cell is not permitted, or an unsupported instruction',
        remedy: 'look up the lines printed before this one',
      },
    ],
  },
  {
    form: 'Stopping CPU N (Cell: "NAME")',
    by: 'hypervisor/control.c: panic_stop',
    pattern: /Stopping CPU (?<cpu>\d+) \(Cell: "(?<cell>[^"]*)"\)/,
    sample: 'Stopping CPU 2 (Cell: "k3-demo")',
    isContext: true,
    meaning: 'The hypervisor itself failed. The preceding lines give the reason.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'memory of the hypervisor or its debug console is not what the configuration says',
        rules: ['hypervisor-overlap', 'debug-console'],
        isOpen: true,
        remedy: 'check hypervisor_memory and debug_console',
      },
    ],
  },
  {
    form: 'Page pool usage WHEN: mem USED/TOTAL, remap USED/TOTAL',
    by: 'hypervisor/paging.c: paging_dump_stats',
    pattern: /Page pool usage [\w ]+: mem (?<used>\d+)\/(?<total>\d+)/,
    sample: 'Page pool usage after cell creation: mem 320/1522, remap 65604/131072',
    meaning: 'Pages of 4 KiB that the hypervisor has used for page tables and cells, of those in hypervisor_memory.',
    verdict: 'perhaps',
    search: 'pool',
    matters: isAlmostFull,
    isOfGoodOrder: true,
    suspects: [
      {
        fits: ({ isAlmostFull }) => isAlmostFull !== true,
        cause: 'harmless: enough pages are left',
        remedy: 'none needed',
      },
      {
        fits: ({ isAlmostFull }) => isAlmostFull === true,
        cause: 'few pages are left: the next create is likely to end in "Cannot allocate memory"',
        rules: ['hypervisor-pool', 'small-pages'],
        isOpen: true,
        remedy: 'align large regions to 2 MiB, or make hypervisor_memory larger',
      },
    ],
  },
]
