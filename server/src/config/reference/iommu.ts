import { type ConstantDoc, constantsOf, type FieldDoc, fieldsOf } from './doc.ts'

export const iommuFields: readonly FieldDoc[] = [
  ...fieldsOf('jailhouse_iommu', [
    {
      field: 'type',
      type: '__u32',
      brief: 'Kind of IOMMU',
      detail:
        "One of JAILHOUSE_IOMMU_*. On x86 every unit must be of the CPU vendor's kind (-EINVAL); on arm64 units of unknown kind are skipped.",
      since: 11,
      follows: 'hypervisor/arch/x86/vtd.c:vtd_init, hypervisor/arch/x86/amd_iommu.c:amd_iommu_init',
    },
    {
      field: 'base',
      type: '__u64',
      brief: 'Physical address of the registers',
      detail: '0 ends the list of units. No memory region of any cell should cover the registers.',
      follows: 'hypervisor/arch/arm64/iommu.c:iommu_count_units, hypervisor/arch/x86/iommu.c:iommu_count_units',
    },
    {
      field: 'size',
      type: '__u32',
      brief: 'Size of the register window in bytes',
      detail:
        'Never 0. VT-d and PVU 0x1000, SMMUv3 0x20000 or more, AMD a power of two. On an MMU-500 half of it is where the context banks begin, so it must be exact.',
      follows: 'hypervisor/paging.c:paging_map_device, hypervisor/arch/arm64/smmu.c:arm_smmu_init',
    },
    {
      field: 'amd.bdf',
      type: '__u16',
      brief: 'PCI address of the AMD IOMMU',
      detail: 'bus << 8 | device << 3 | function.',
      since: 12,
      follows: 'hypervisor/arch/x86/amd_iommu.c:amd_iommu_init_pci',
    },
    {
      field: 'amd.base_cap',
      type: '__u8',
      brief: 'Offset of the IOMMU capability in its configuration space',
      detail: '',
      since: 12,
      follows: 'hypervisor/arch/x86/amd_iommu.c:amd_iommu_init_pci',
    },
    {
      field: 'amd.msi_cap',
      type: '__u8',
      brief: 'Offset of the MSI capability in its configuration space',
      detail: 'Programmed for the fault interrupt.',
      since: 12,
      follows: 'hypervisor/arch/x86/amd_iommu.c:amd_iommu_init_fault_nmi',
    },
    {
      field: 'amd.features',
      type: '__u32',
      brief: 'Features as the ACPI table reports them',
      detail: '0: taken from the hardware.',
      since: 12,
      follows: 'hypervisor/arch/x86/amd_iommu.c:amd_iommu_init_features',
    },
    {
      field: 'tipvu.tlb_base',
      type: '__u64',
      brief: "Physical address of the PVU's TLB windows",
      detail: '4 KiB for each TLB. base is the configuration window.',
      since: 12,
      follows: 'hypervisor/arch/arm64/ti-pvu.c:pvu_iommu_init',
    },
    {
      field: 'tipvu.tlb_size',
      type: '__u32',
      brief: "Size of the PVU's TLB windows in bytes",
      detail: '0x40000 for 64 TLBs. Every window is written at enable, so a smaller size faults in the hypervisor.',
      since: 12,
      follows: 'hypervisor/arch/arm64/ti-pvu.c:pvu_iommu_init',
    },
    {
      field: 'arm_mmu500.sid_mask',
      type: '__u32',
      brief: 'Stream id bits that the MMU-500 ignores',
      detail:
        'For all stream ids alike. Only from September to December 2020; since then each stream id has its own mask_out.',
      since: 13,
      until: 13,
    },
    {
      field: 'amd_bdf',
      type: '__u16',
      brief: 'PCI address of the AMD IOMMU',
      detail: 'amd.bdf since revision 12.',
      until: 12,
    },
    {
      field: 'amd_base_cap',
      type: '__u8',
      brief: 'Offset of the IOMMU capability',
      detail: 'amd.base_cap since revision 12.',
      until: 12,
    },
    {
      field: 'amd_msi_cap',
      type: '__u8',
      brief: 'Offset of the MSI capability',
      detail: 'amd.msi_cap since revision 12.',
      until: 12,
    },
    {
      field: 'amd_features',
      type: '__u32',
      brief: 'Features as the ACPI table reports them',
      detail: 'amd.features since revision 12.',
      until: 12,
    },
  ]),
  ...fieldsOf('jailhouse_stream_id', [
    {
      field: 'id',
      type: '__u32',
      brief: 'Stream id of a DMA master, all 32 bits',
      detail:
        'SMMUv3: the stream id. TI PVU: virtual ids 0 to 7, larger ones are skipped; 0 is never freed again, so use 1 to 7 in cells. On an MMU-500 the upper half of these bits is mmu500.mask_out. Before late revision 13 the element is a plain __u32.',
      since: 13,
      follows:
        'hypervisor/arch/arm64/smmu-v3.c:arm_smmuv3_cell_init, hypervisor/arch/arm64/ti-pvu.c:pvu_iommu_cell_init',
    },
    {
      field: 'mmu500.id',
      type: '__u16',
      brief: 'Stream id to match on an MMU-500',
      detail: '15 bits. Ids of two cells must not overlap (-EINVAL), unless one entry contains the other.',
      since: 13,
      follows: 'hypervisor/arch/arm64/smmu.c:arm_smmu_find_sme',
    },
    {
      field: 'mmu500.mask_out',
      type: '__u16',
      brief: 'Bits of the stream id to ignore on an MMU-500',
      detail: '15 bits; a bit that is set is not compared.',
      since: 13,
      follows: 'hypervisor/arch/arm64/smmu.c:arm_smmu_find_sme',
    },
  ]),
]

export const iommuConstants: readonly ConstantDoc[] = [
  ...constantsOf(
    ['jailhouse_system.platform_info.iommu_units'],
    [{ name: 'JAILHOUSE_MAX_IOMMU_UNITS', value: '8', brief: 'Number of IOMMU units a system can have', detail: '' }],
  ),
  ...constantsOf(
    ['jailhouse_iommu.type'],
    [
      {
        name: 'JAILHOUSE_IOMMU_AMD',
        value: '1',
        brief: 'AMD IOMMU',
        detail: "x86. Uses the CPU's nested tables; JAILHOUSE_MEM_DMA is honoured in them.",
        since: 11,
      },
      {
        name: 'JAILHOUSE_IOMMU_INTEL',
        value: '2',
        brief: 'Intel VT-d',
        detail: 'x86. Has tables of its own, filled from regions with JAILHOUSE_MEM_DMA. Remaps interrupts too.',
        since: 11,
      },
      {
        name: 'JAILHOUSE_IOMMU_SMMUV3',
        value: '3',
        brief: 'ARM SMMUv3',
        detail:
          'arm64. Walks a CPU stage-2 table, so JAILHOUSE_MEM_DMA is not looked at. It is the table of the root cell, which runs the command, for the stream ids of every cell: devices of a cell see what root may access.',
        since: 12,
      },
      {
        name: 'JAILHOUSE_IOMMU_PVU',
        value: '4',
        brief: 'TI peripheral virtualization unit',
        detail:
          "arm64, TI K3. No tables but TLB entries of 4 KiB to 16 GiB: 8 in a TLB, at most 128 for a cell. Entries are programmed when the cell is created and cannot be removed while it runs; memory that root maps for DMA stays open to root's devices.",
        since: 12,
      },
      {
        name: 'JAILHOUSE_IOMMU_ARM_MMU500',
        value: '5',
        brief: 'ARM MMU-500 (SMMUv2)',
        detail:
          'arm64. Walks the stage-2 table of the cell, so JAILHOUSE_MEM_DMA is not looked at. A cell without stream ids is left alone.',
        since: 13,
      },
    ],
  ),
]
