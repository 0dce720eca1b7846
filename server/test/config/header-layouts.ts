/** The layout of one struct in some revisions: its size and the offset of each field, in bytes. */
interface Layout {
  readonly type: string
  readonly revisions: string
  readonly size: number
  readonly offsets: string
}

const layout = (type: string, revisions: string, size: number, offsets: string): Layout => ({
  type,
  revisions,
  size,
  offsets,
})

/** Facts of the format, as a C compiler for x86-64 reports them (`sizeof`, `offsetof`); bit fields are left out. */
export const layouts: readonly Layout[] = [
  layout(
    'struct jailhouse_system',
    '14',
    488,
    'signature 0 architecture 5 revision 6 flags 8 hypervisor_memory 12 debug_console 44 platform_info 76 platform_info.pci_mmconfig_base 76 platform_info.pci_mmconfig_end_bus 84 platform_info.pci_is_virtual 85 platform_info.pci_domain 86 platform_info.iommu_units 88 platform_info.x86.pm_timer_address 312 platform_info.x86.apic_mode 314 platform_info.x86.padding 315 platform_info.x86.vtd_interrupt_limit 316 platform_info.x86.tsc_khz 320 platform_info.x86.apic_khz 324 platform_info.arm.maintenance_irq 312 platform_info.arm.gic_version 313 platform_info.arm.padding 314 platform_info.arm.gicd_base 316 platform_info.arm.gicc_base 324 platform_info.arm.gich_base 332 platform_info.arm.gicv_base 340 platform_info.arm.gicr_base 348 root_cell 356',
  ),
  layout(
    'struct jailhouse_system',
    '13e 13d 13c 13b',
    488,
    'signature 0 revision 6 flags 8 hypervisor_memory 12 debug_console 44 platform_info 76 platform_info.pci_mmconfig_base 76 platform_info.pci_mmconfig_end_bus 84 platform_info.pci_is_virtual 85 platform_info.pci_domain 86 platform_info.iommu_units 88 platform_info.x86.pm_timer_address 312 platform_info.x86.apic_mode 314 platform_info.x86.padding 315 platform_info.x86.vtd_interrupt_limit 316 platform_info.x86.tsc_khz 320 platform_info.x86.apic_khz 324 platform_info.arm.maintenance_irq 312 platform_info.arm.gic_version 313 platform_info.arm.padding 314 platform_info.arm.gicd_base 316 platform_info.arm.gicc_base 324 platform_info.arm.gich_base 332 platform_info.arm.gicv_base 340 platform_info.arm.gicr_base 348 root_cell 356',
  ),
  layout(
    'struct jailhouse_system',
    '13a',
    486,
    'signature 0 revision 6 flags 8 hypervisor_memory 12 debug_console 44 platform_info 76 platform_info.pci_mmconfig_base 76 platform_info.pci_mmconfig_end_bus 84 platform_info.pci_is_virtual 85 platform_info.pci_domain 86 platform_info.iommu_units 88 platform_info.x86.pm_timer_address 312 platform_info.x86.apic_mode 318 platform_info.x86.padding 319 platform_info.x86.vtd_interrupt_limit 314 platform_info.x86.tsc_khz 322 platform_info.x86.apic_khz 326 platform_info.arm.maintenance_irq 312 platform_info.arm.gic_version 313 platform_info.arm.gicd_base 314 platform_info.arm.gicc_base 322 platform_info.arm.gich_base 330 platform_info.arm.gicv_base 338 platform_info.arm.gicr_base 346 root_cell 354',
  ),
  layout(
    'struct jailhouse_system',
    '12d 12c',
    486,
    'signature 0 revision 6 flags 8 hypervisor_memory 12 debug_console 44 platform_info 76 platform_info.pci_mmconfig_base 76 platform_info.pci_mmconfig_end_bus 84 platform_info.pci_is_virtual 85 platform_info.pci_domain 86 platform_info.x86.pm_timer_address 88 platform_info.x86.apic_mode 94 platform_info.x86.padding 95 platform_info.x86.vtd_interrupt_limit 90 platform_info.x86.tsc_khz 98 platform_info.x86.apic_khz 102 platform_info.x86.iommu_units 106 platform_info.arm.maintenance_irq 88 platform_info.arm.gic_version 89 platform_info.arm.gicd_base 90 platform_info.arm.gicc_base 98 platform_info.arm.gich_base 106 platform_info.arm.gicv_base 114 platform_info.arm.gicr_base 122 platform_info.arm.iommu_units 130 root_cell 354',
  ),
  layout(
    'struct jailhouse_system',
    '12b 12a',
    454,
    'signature 0 revision 6 flags 8 hypervisor_memory 12 debug_console 44 platform_info 76 platform_info.pci_mmconfig_base 76 platform_info.pci_mmconfig_end_bus 84 platform_info.pci_is_virtual 85 platform_info.pci_domain 86 platform_info.x86.pm_timer_address 88 platform_info.x86.apic_mode 94 platform_info.x86.padding 95 platform_info.x86.vtd_interrupt_limit 90 platform_info.x86.tsc_khz 98 platform_info.x86.apic_khz 102 platform_info.x86.iommu_units 106 platform_info.arm.maintenance_irq 88 platform_info.arm.gic_version 89 platform_info.arm.gicd_base 90 platform_info.arm.gicc_base 98 platform_info.arm.gich_base 106 platform_info.arm.gicv_base 114 platform_info.arm.gicr_base 122 platform_info.arm.iommu_units 130 root_cell 322',
  ),
  layout(
    'struct jailhouse_system',
    '11c',
    450,
    'signature 0 revision 6 flags 8 hypervisor_memory 12 debug_console 44 platform_info 76 platform_info.pci_mmconfig_base 76 platform_info.pci_mmconfig_end_bus 84 platform_info.pci_is_virtual 85 platform_info.pci_domain 86 platform_info.x86.pm_timer_address 88 platform_info.x86.apic_mode 94 platform_info.x86.padding 95 platform_info.x86.vtd_interrupt_limit 90 platform_info.x86.tsc_khz 98 platform_info.x86.apic_khz 102 platform_info.x86.iommu_units 106 platform_info.arm.maintenance_irq 88 platform_info.arm.gic_version 89 platform_info.arm.gicd_base 90 platform_info.arm.gicc_base 98 platform_info.arm.gich_base 106 platform_info.arm.gicv_base 114 platform_info.arm.gicr_base 122 platform_info.arm.iommu_units 130 root_cell 322',
  ),
  layout(
    'struct jailhouse_system',
    '11b',
    426,
    'signature 0 revision 6 flags 8 hypervisor_memory 12 debug_console 44 platform_info 76 platform_info.pci_mmconfig_base 76 platform_info.pci_mmconfig_end_bus 84 platform_info.pci_is_virtual 85 platform_info.pci_domain 86 platform_info.x86.pm_timer_address 88 platform_info.x86.apic_mode 94 platform_info.x86.padding 95 platform_info.x86.vtd_interrupt_limit 90 platform_info.x86.tsc_khz 98 platform_info.x86.apic_khz 102 platform_info.x86.iommu_units 106 platform_info.arm.maintenance_irq 88 platform_info.arm.gic_version 89 platform_info.arm.gicd_base 90 platform_info.arm.gicc_base 98 platform_info.arm.gich_base 106 platform_info.arm.gicv_base 114 platform_info.arm.gicr_base 122 root_cell 298',
  ),
  layout(
    'struct jailhouse_system',
    '11a 10b 10a',
    394,
    'signature 0 revision 6 flags 8 hypervisor_memory 12 debug_console 44 platform_info 76 platform_info.pci_mmconfig_base 76 platform_info.pci_mmconfig_end_bus 84 platform_info.pci_is_virtual 85 platform_info.pci_domain 86 platform_info.x86.pm_timer_address 88 platform_info.x86.apic_mode 94 platform_info.x86.padding 95 platform_info.x86.vtd_interrupt_limit 90 platform_info.x86.tsc_khz 98 platform_info.x86.apic_khz 102 platform_info.x86.iommu_units 106 platform_info.arm.maintenance_irq 88 platform_info.arm.gic_version 89 platform_info.arm.gicd_base 90 platform_info.arm.gicc_base 98 platform_info.arm.gich_base 106 platform_info.arm.gicv_base 114 platform_info.arm.gicr_base 122 root_cell 266',
  ),
  layout(
    'struct jailhouse_system',
    '9b',
    362,
    'signature 0 revision 6 flags 8 hypervisor_memory 12 debug_console 44 platform_info 76 platform_info.pci_mmconfig_base 76 platform_info.pci_mmconfig_end_bus 84 platform_info.pci_is_virtual 85 platform_info.pci_domain 86 platform_info.x86.pm_timer_address 88 platform_info.x86.apic_mode 94 platform_info.x86.padding 95 platform_info.x86.vtd_interrupt_limit 90 platform_info.x86.tsc_khz 98 platform_info.x86.apic_khz 102 platform_info.x86.iommu_units 106 platform_info.arm.maintenance_irq 88 platform_info.arm.gic_version 89 platform_info.arm.gicd_base 90 platform_info.arm.gicc_base 98 platform_info.arm.gich_base 106 platform_info.arm.gicv_base 114 platform_info.arm.gicr_base 122 root_cell 266',
  ),
  layout(
    'struct jailhouse_system',
    '9a',
    358,
    'signature 0 revision 6 hypervisor_memory 8 debug_console 40 platform_info 72 platform_info.pci_mmconfig_base 72 platform_info.pci_mmconfig_end_bus 80 platform_info.pci_is_virtual 81 platform_info.pci_domain 82 platform_info.x86.pm_timer_address 84 platform_info.x86.apic_mode 90 platform_info.x86.padding 91 platform_info.x86.vtd_interrupt_limit 86 platform_info.x86.tsc_khz 94 platform_info.x86.apic_khz 98 platform_info.x86.iommu_units 102 platform_info.arm.maintenance_irq 84 platform_info.arm.gic_version 85 platform_info.arm.gicd_base 86 platform_info.arm.gicc_base 94 platform_info.arm.gich_base 102 platform_info.arm.gicv_base 110 platform_info.arm.gicr_base 118 root_cell 262',
  ),
  layout(
    'struct jailhouse_system',
    '8',
    356,
    'signature 0 revision 6 hypervisor_memory 8 debug_console 40 platform_info 72 platform_info.pci_mmconfig_base 72 platform_info.pci_mmconfig_end_bus 80 platform_info.pci_is_virtual 81 platform_info.x86.pm_timer_address 82 platform_info.x86.apic_mode 88 platform_info.x86.padding 89 platform_info.x86.vtd_interrupt_limit 84 platform_info.x86.tsc_khz 92 platform_info.x86.apic_khz 96 platform_info.x86.iommu_units 100 platform_info.arm.maintenance_irq 82 platform_info.arm.gic_version 83 platform_info.arm.gicd_base 84 platform_info.arm.gicc_base 92 platform_info.arm.gich_base 100 platform_info.arm.gicv_base 108 platform_info.arm.gicr_base 116 root_cell 260',
  ),
  layout(
    'struct jailhouse_system',
    '7',
    348,
    'signature 0 revision 6 hypervisor_memory 8 debug_console 40 platform_info 72 platform_info.pci_mmconfig_base 72 platform_info.pci_mmconfig_end_bus 80 platform_info.pci_is_virtual 81 platform_info.x86.pm_timer_address 82 platform_info.x86.apic_mode 88 platform_info.x86.padding 89 platform_info.x86.vtd_interrupt_limit 84 platform_info.x86.iommu_units 92 platform_info.arm.maintenance_irq 82 platform_info.arm.gic_version 83 platform_info.arm.gicd_base 84 platform_info.arm.gicc_base 92 platform_info.arm.gich_base 100 platform_info.arm.gicv_base 108 platform_info.arm.gicr_base 116 root_cell 252',
  ),
  layout(
    'struct jailhouse_system',
    '6',
    340,
    'signature 0 revision 6 hypervisor_memory 8 debug_console 40 platform_info 72 platform_info.pci_mmconfig_base 72 platform_info.pci_mmconfig_end_bus 80 platform_info.pci_is_virtual 81 platform_info.x86.pm_timer_address 82 platform_info.x86.apic_mode 88 platform_info.x86.padding 89 platform_info.x86.vtd_interrupt_limit 84 platform_info.x86.iommu_units 92 platform_info.arm.maintenance_irq 82 platform_info.arm.gic_version 83 platform_info.arm.gicd_base 84 platform_info.arm.gicc_base 92 platform_info.arm.gich_base 100 platform_info.arm.gicv_base 108 platform_info.arm.gicr_base 116 root_cell 252',
  ),
  layout(
    'struct jailhouse_system',
    '5',
    340,
    'signature 0 revision 6 hypervisor_memory 8 debug_console 40 platform_info 72 platform_info.pci_mmconfig_base 72 platform_info.pci_mmconfig_end_bus 80 platform_info.pci_is_virtual 81 platform_info.x86.pm_timer_address 82 platform_info.x86.apic_mode 88 platform_info.x86.padding 89 platform_info.x86.vtd_interrupt_limit 84 platform_info.x86.iommu_units 92 platform_info.arm.maintenance_irq 82 platform_info.arm.padding 83 platform_info.arm.gicd_base 84 platform_info.arm.gicc_base 92 platform_info.arm.gich_base 100 platform_info.arm.gicv_base 108 platform_info.arm.gicr_base 116 root_cell 252',
  ),
  layout(
    'struct jailhouse_system',
    '4 3c 3b 3a',
    332,
    'signature 0 revision 6 hypervisor_memory 8 debug_console 40 platform_info 72 platform_info.pci_mmconfig_base 72 platform_info.pci_mmconfig_end_bus 80 platform_info.pci_is_virtual 81 platform_info.x86.pm_timer_address 82 platform_info.x86.apic_mode 88 platform_info.x86.padding 89 platform_info.x86.vtd_interrupt_limit 84 platform_info.x86.iommu_units 92 platform_info.arm.maintenance_irq 82 platform_info.arm.padding 83 platform_info.arm.gicd_base 84 platform_info.arm.gicc_base 92 platform_info.arm.gich_base 100 platform_info.arm.gicv_base 108 platform_info.arm.gicr_base 116 root_cell 252',
  ),
  layout(
    'struct jailhouse_system',
    '2 1',
    328,
    'signature 0 revision 6 hypervisor_memory 8 debug_console 40 platform_info 72 platform_info.pci_mmconfig_base 72 platform_info.pci_mmconfig_end_bus 80 platform_info.pci_is_virtual 81 platform_info.x86.pm_timer_address 82 platform_info.x86.vtd_interrupt_limit 84 platform_info.x86.iommu_units 88 platform_info.arm.maintenance_irq 82 platform_info.arm.padding 83 platform_info.arm.gicd_base 84 platform_info.arm.gicc_base 92 platform_info.arm.gich_base 100 platform_info.arm.gicv_base 108 platform_info.arm.gicr_base 116 root_cell 248',
  ),
  layout(
    'struct jailhouse_system',
    'none',
    328,
    'signature 0 hypervisor_memory 8 debug_console 40 platform_info 72 platform_info.pci_mmconfig_base 72 platform_info.pci_mmconfig_end_bus 80 platform_info.pci_is_virtual 81 platform_info.x86.pm_timer_address 82 platform_info.x86.vtd_interrupt_limit 84 platform_info.x86.iommu_units 88 platform_info.arm.maintenance_irq 82 platform_info.arm.padding 83 platform_info.arm.gicd_base 84 platform_info.arm.gicc_base 92 platform_info.arm.gich_base 100 platform_info.arm.gicv_base 108 platform_info.arm.gicr_base 116 root_cell 248',
  ),
  layout(
    'struct jailhouse_cell_desc',
    '14',
    132,
    'signature 0 architecture 5 revision 6 name 8 id 40 flags 44 cpu_set_size 48 num_memory_regions 52 num_cache_regions 56 num_irqchips 60 num_pio_regions 64 num_pci_devices 68 num_pci_caps 72 num_stream_ids 76 vpci_irq_base 80 cpu_reset_address 84 msg_reply_timeout 92 console 100',
  ),
  layout(
    'struct jailhouse_cell_desc',
    '13e 13d 13c 13b 13a 12d 12c 12b 12a',
    132,
    'signature 0 revision 6 name 8 id 40 flags 44 cpu_set_size 48 num_memory_regions 52 num_cache_regions 56 num_irqchips 60 num_pio_regions 64 num_pci_devices 68 num_pci_caps 72 num_stream_ids 76 vpci_irq_base 80 cpu_reset_address 84 msg_reply_timeout 92 console 100',
  ),
  layout(
    'struct jailhouse_cell_desc',
    '11c 11b 11a',
    128,
    'signature 0 revision 6 name 8 id 40 flags 44 cpu_set_size 48 num_memory_regions 52 num_cache_regions 56 num_irqchips 60 num_pio_regions 64 num_pci_devices 68 num_pci_caps 72 vpci_irq_base 76 cpu_reset_address 80 msg_reply_timeout 88 console 96',
  ),
  layout(
    'struct jailhouse_cell_desc',
    '10b 10a',
    128,
    'signature 0 revision 6 name 8 id 40 flags 44 cpu_set_size 48 num_memory_regions 52 num_cache_regions 56 num_irqchips 60 pio_bitmap_size 64 num_pci_devices 68 num_pci_caps 72 vpci_irq_base 76 cpu_reset_address 80 msg_reply_timeout 88 console 96',
  ),
  layout(
    'struct jailhouse_cell_desc',
    '9b 9a 8 7',
    96,
    'signature 0 revision 6 name 8 id 40 flags 44 cpu_set_size 48 num_memory_regions 52 num_cache_regions 56 num_irqchips 60 pio_bitmap_size 64 num_pci_devices 68 num_pci_caps 72 vpci_irq_base 76 cpu_reset_address 80 msg_reply_timeout 88',
  ),
  layout(
    'struct jailhouse_cell_desc',
    '6 5',
    88,
    'signature 0 revision 6 name 8 id 40 flags 44 cpu_set_size 48 num_memory_regions 52 num_cache_regions 56 num_irqchips 60 pio_bitmap_size 64 num_pci_devices 68 num_pci_caps 72 vpci_irq_base 76 cpu_reset_address 80',
  ),
  layout(
    'struct jailhouse_cell_desc',
    '4 3c 3b 3a 2 1',
    80,
    'signature 0 revision 6 name 8 id 40 flags 44 cpu_set_size 48 num_memory_regions 52 num_cache_regions 56 num_irqchips 60 pio_bitmap_size 64 num_pci_devices 68 num_pci_caps 72 vpci_irq_base 76',
  ),
  layout(
    'struct jailhouse_cell_desc',
    'none',
    80,
    'signature 0 name 8 id 40 flags 44 cpu_set_size 48 num_memory_regions 52 num_cache_regions 56 num_irqchips 60 pio_bitmap_size 64 num_pci_devices 68 num_pci_caps 72 vpci_irq_base 76',
  ),
  layout(
    'struct jailhouse_memory',
    '14 13e 13d 13c 13b 13a 12d 12c 12b 12a 11c 11b 11a 10b 10a 9b 9a 8 7 6 5 4 3c 3b 3a 2 1 none',
    32,
    'phys_start 0 virt_start 8 size 16 flags 24',
  ),
  layout(
    'struct jailhouse_console',
    '14 13e 13d 13c 13b 13a 12d 12c 12b 12a 11c 11b 11a 10b 10a 9b',
    32,
    'address 0 size 8 type 12 flags 14 divider 16 gate_nr 20 clock_reg 24',
  ),
  layout(
    'struct jailhouse_debug_console',
    '9a 8 7 6 5 4 3c 3b 3a 2',
    32,
    'address 0 size 8 flags 12 divider 16 gate_nr 20 clock_reg 24',
  ),
  layout(
    'struct jailhouse_cache',
    '14 13e 13d 13c 13b 13a 12d 12c 12b 12a 11c 11b 11a 10b 10a 9b 9a 8 7 6 5 4 3c 3b 3a 2 1 none',
    12,
    'start 0 size 4 type 8 padding 9 flags 10',
  ),
  layout(
    'struct jailhouse_irqchip',
    '14 13e 13d 13c 13b 13a 12d 12c 12b 12a 11c 11b 11a 10b 10a 9b 9a 8 7 6 5 4 3c 3b 3a 2 1 none',
    32,
    'address 0 id 8 pin_base 12 pin_bitmap 16',
  ),
  layout('struct jailhouse_pio', '14 13e 13d 13c 13b 13a 12d 12c 12b 12a 11c 11b 11a', 4, 'base 0 length 2'),
  layout(
    'struct jailhouse_pci_device',
    '14 13e 13d 13c 13b 13a 12d 12c 12b',
    56,
    'type 0 iommu 1 domain 2 bdf 4 bar_mask 6 caps_start 30 num_caps 32 num_msi_vectors 34 num_msix_vectors 36 msix_region_size 38 msix_address 40 shmem_regions_start 48 shmem_dev_id 52 shmem_peers 53 shmem_protocol 54',
  ),
  layout(
    'struct jailhouse_pci_device',
    '12a 11c 11b 11a 10b',
    56,
    'type 0 iommu 1 domain 2 bdf 4 bar_mask 6 caps_start 30 num_caps 32 num_msi_vectors 34 num_msix_vectors 36 msix_region_size 38 msix_address 40 shmem_region 48 shmem_protocol 52 padding 54',
  ),
  layout(
    'struct jailhouse_pci_device',
    '10a 9b 9a 8 7 6 5 4 3c 3b 3a 2 1 none',
    56,
    'type 0 iommu 1 domain 2 bdf 4 bar_mask 6 caps_start 30 num_caps 32 num_msi_vectors 34 msi_64bits 35 num_msix_vectors 36 msix_region_size 38 msix_address 40 shmem_region 48 shmem_protocol 52 padding 54',
  ),
  layout(
    'struct jailhouse_pci_capability',
    '14 13e 13d 13c 13b 13a 12d 12c 12b 12a 11c 11b 11a 10b 10a 9b 9a 8 7 6 5 4 3c 3b 3a 2 1 none',
    8,
    'id 0 start 2 len 4 flags 6',
  ),
  layout(
    'struct jailhouse_iommu',
    '14 13e 13b 13a 12d 12c',
    28,
    'type 0 base 4 size 12 amd.bdf 16 amd.base_cap 18 amd.msi_cap 19 amd.features 20 tipvu.tlb_base 16 tipvu.tlb_size 24',
  ),
  layout(
    'struct jailhouse_iommu',
    '13d 13c',
    28,
    'type 0 base 4 size 12 amd.bdf 16 amd.base_cap 18 amd.msi_cap 19 amd.features 20 tipvu.tlb_base 16 tipvu.tlb_size 24 arm_mmu500.sid_mask 16',
  ),
  layout(
    'struct jailhouse_iommu',
    '12b 12a 11c 11b',
    24,
    'type 0 base 4 size 12 amd_bdf 16 amd_base_cap 18 amd_msi_cap 19 amd_features 20',
  ),
  layout(
    'struct jailhouse_iommu',
    '11a 10b 10a 9b 9a 8 7 6 5 4 3c 3b 3a 2 1 none',
    20,
    'base 0 size 8 amd_bdf 12 amd_base_cap 14 amd_msi_cap 15 amd_features 16',
  ),
  layout('union jailhouse_stream_id', '14 13e', 4, 'id 0 mmu500.id 0 mmu500.mask_out 2'),
]
