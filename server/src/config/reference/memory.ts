import { constantsOf, fieldsOf } from './doc.ts'

export const memoryFields = fieldsOf('jailhouse_memory', [
  {
    field: 'phys_start',
    type: '__u64',
    brief: 'Physical address of the region',
    detail:
      "A multiple of 4 KiB for regions that are mapped; low bits are dropped silently otherwise. Ignored for the communication region. A cell's memory should lie in the root cell's regions: only what root has is taken from it at create and handed back at destroy. Nothing checks two cells against each other.",
    follows: 'hypervisor/paging.c:paging_create, hypervisor/control.c:unmap_from_root_cell',
  },
  {
    field: 'virt_start',
    type: '__u64',
    brief: 'Address the cell sees',
    detail:
      'In the root cell it must equal phys_start, since memory is taken from root by physical address. If virt_start or size is not a multiple of 4 KiB the region is a sub-page region: not mapped, but every access trapped and checked against the width flags. Congruent to phys_start modulo 2 MiB, the region takes large pages.',
    follows: 'hypervisor/paging.c:paging_create, hypervisor/mmio.c:mmio_handle_subpage',
  },
  {
    field: 'size',
    type: '__u64',
    brief: 'Size in bytes',
    detail:
      '0 maps nothing, which ivshmem devices use for an absent section. A communication region is exactly 0x1000.',
    follows: 'hypervisor/paging.c:paging_create',
  },
  {
    field: 'flags',
    type: '__u64',
    brief: 'What the cell and its devices may do there, and how the region moves between cells',
    detail: 'A mask of JAILHOUSE_MEM_* bits; other bits are ignored.',
    follows:
      'hypervisor/arch/arm-common/mmu_cell.c:arch_map_memory_region, hypervisor/arch/x86/vmx.c:vcpu_map_memory_region, hypervisor/arch/x86/svm.c:vcpu_map_memory_region',
  },
])

export const memoryConstants = constantsOf(
  ['jailhouse_memory.flags'],
  [
    {
      name: 'JAILHOUSE_MEM_READ',
      value: '0x1',
      brief: 'CPUs of the cell may read',
      detail:
        'On x86 it is also what makes an entry present: a region that may be written or executed but not read is faulty there. With JAILHOUSE_MEM_DMA devices may read too.',
    },
    {
      name: 'JAILHOUSE_MEM_WRITE',
      value: '0x2',
      brief: 'CPUs of the cell may write',
      detail: 'With JAILHOUSE_MEM_DMA devices may too. Needed to load an image into the region.',
    },
    {
      name: 'JAILHOUSE_MEM_EXECUTE',
      value: '0x4',
      brief: 'CPUs of the cell may execute',
      detail:
        'Enforced on x86 (EPT X bit, NPT NX bit). On ARM stage 2 ignores it: everything mapped can be executed; the PVU passes it to devices. `jailhouse cell linux` takes a region for RAM only with READ, WRITE, EXECUTE and DMA.',
    },
    {
      name: 'JAILHOUSE_MEM_DMA',
      value: '0x8',
      brief: 'Devices of the cell may reach the region',
      detail:
        'Intel VT-d maps only such regions, into a table of its own. AMD sets the IOMMU bits in the shared CPU table. The TI PVU spends TLB entries on it (128 per cell at most), and cannot take them back while the cell runs. SMMUv2 and SMMUv3 walk the CPU tables, so every mapped region is open to devices, with or without the flag. ARMv7 has no IOMMU support. Never for sub-page regions.',
    },
    {
      name: 'JAILHOUSE_MEM_IO',
      value: '0x10',
      brief: 'Device memory',
      detail:
        'ARM: mapped with device attributes and left out of cache maintenance at start and destroy. Without it, registers are mapped as cached memory. No effect on x86.',
    },
    {
      name: 'JAILHOUSE_MEM_COMM_REGION',
      value: '0x20',
      brief: 'The page shared with the hypervisor',
      detail:
        "The physical address is ignored; the cell's communication page is mapped at virt_start, 0x1000 bytes. Carries cell state, messages, console and platform data. Not taken from the root cell. Inmates of the inmate library expect it at 0x80000000 on ARM, 0x100000 on x86.",
    },
    {
      name: 'JAILHOUSE_MEM_LOADABLE',
      value: '0x40',
      brief: 'The root cell may fill the region before start',
      detail:
        '`jailhouse cell load` maps it back into the root cell, start unmaps it again. Needs WRITE, and the root cell must have the memory. Together with JAILHOUSE_MEM_ROOTSHARED the region is unmapped from the root cell at the first start and never remapped.',
    },
    {
      name: 'JAILHOUSE_MEM_ROOTSHARED',
      value: '0x80',
      brief: 'The root cell keeps its mapping',
      detail:
        'The region is neither taken from the root cell at create nor handed back at destroy. It does not map anything into root: the root cell needs a region of its own. Without effect in the root cell.',
    },
    {
      name: 'JAILHOUSE_MEM_NO_HUGEPAGES',
      value: '0x100',
      brief: 'Mapped with 4 KiB pages only',
      detail:
        'Against the x86 erratum of machine checks on page size change (CVE-2018-12207), for executable regions. Costs a page table for every 2 MiB.',
      since: 12,
    },
    {
      name: 'JAILHOUSE_MEM_IO_UNALIGNED',
      value: '0x8000',
      brief: 'Sub-page region: accesses need not be aligned',
      detail:
        'Without it an access must be aligned to its width, counted from the start of the region. 0x100 before the end of revision 12.',
    },
    {
      name: 'JAILHOUSE_MEM_IO_WIDTH_SHIFT',
      value: '16',
      brief: 'Position of the four access width bits',
      detail: 'Bit 16 + n allows accesses of 2^n bytes.',
    },
    {
      name: 'JAILHOUSE_MEM_IO_8',
      value: '0x10000',
      brief: 'Sub-page region: 8-bit accesses allowed',
      detail: 'No effect on page-aligned regions.',
    },
    {
      name: 'JAILHOUSE_MEM_IO_16',
      value: '0x20000',
      brief: 'Sub-page region: 16-bit accesses allowed',
      detail: 'No effect on page-aligned regions.',
    },
    {
      name: 'JAILHOUSE_MEM_IO_32',
      value: '0x40000',
      brief: 'Sub-page region: 32-bit accesses allowed',
      detail: 'No effect on page-aligned regions. An access of a width that is not allowed parks the CPU.',
    },
    {
      name: 'JAILHOUSE_MEM_IO_64',
      value: '0x80000',
      brief: 'Sub-page region: 64-bit accesses allowed',
      detail: 'No effect on page-aligned regions, and none on 32-bit ARM.',
    },
  ],
)
