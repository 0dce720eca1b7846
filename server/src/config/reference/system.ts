import { type ConstantDoc, constantsOf, fieldsOf } from './doc.ts'

export const systemFields = fieldsOf('jailhouse_system', [
  {
    field: 'signature',
    type: 'char[5]',
    brief: 'Marks the file as a system configuration',
    detail:
      'Five bytes without a terminating NUL: JAILHOUSE_SYSTEM_SIGNATURE. Anything else is refused with -EINVAL and "Not a system configuration" in the kernel log. Six bytes ("JHSYST") before revision 14.',
    follows: 'driver/main.c:jailhouse_cmd_enable',
  },
  {
    field: 'architecture',
    type: '__u8',
    brief: 'Architecture of the machine',
    detail:
      'Must be that of the running driver, or `jailhouse enable` fails with -EINVAL. The default is 0, which is x86.',
    since: 14,
    follows: 'driver/main.c:jailhouse_cmd_enable',
  },
  {
    field: 'revision',
    type: '__u16',
    brief: 'Revision of the configuration format',
    detail:
      'Must equal JAILHOUSE_CONFIG_REVISION of the running driver, or `jailhouse enable` fails with -EINVAL and "Configuration revision mismatch". Write the macro, never a number.',
    since: 1,
    follows: 'driver/main.c:jailhouse_cmd_enable',
  },
  {
    field: 'flags',
    type: '__u32',
    brief: 'Options of the whole system',
    detail: 'A mask of JAILHOUSE_SYS_* bits; other bits are ignored.',
    since: 9,
    follows: 'hypervisor/setup.c:init_early',
  },
  {
    field: 'hypervisor_memory',
    type: 'struct jailhouse_memory',
    brief: 'Physical memory reserved for the hypervisor',
    detail:
      'Only phys_start and size count. It holds the firmware image, a block per CPU (16 KiB on ARM, 24 KiB on x86), this configuration, and the page pool from which every page table is taken; when that pool is exhausted, commands fail with -ENOMEM. Linux must not use the range: it has to be reserved in the device tree or by memmap=. On arm64 phys_start must be a multiple of 2 MiB. The root cell sees empty read-only pages there.',
    follows: 'driver/main.c:jailhouse_cmd_enable, hypervisor/paging.c:paging_init',
  },
  {
    field: 'debug_console',
    type: 'struct jailhouse_console',
    brief: 'Console the hypervisor prints to',
    detail:
      'With type JAILHOUSE_CON_TYPE_NONE nothing is printed. On ARM the console has to be memory-mapped: without JAILHOUSE_CON_ACCESS_MMIO the hypervisor stays silent. The type of the field is struct jailhouse_debug_console in revisions 2 to 9, and struct jailhouse_memory in revision 1.',
    follows:
      'hypervisor/arch/arm-common/dbg-write.c:arch_dbg_write_init, hypervisor/arch/x86/dbg-write.c:arch_dbg_write_init',
  },
  {
    field: 'platform_info',
    type: 'struct',
    brief: 'What the hypervisor must know about the board',
    detail: 'PCI configuration space, IOMMU units, and a union of what ARM and x86 machines need.',
  },
  {
    field: 'root_cell',
    type: 'struct jailhouse_cell_desc',
    brief: 'The root cell, which runs the Linux that enables Jailhouse',
    detail:
      'Its signature, revision and architecture are never looked at; its id must stay 0. Its arrays follow the system descriptor. All resources that Linux uses, and those that other cells are to take from it, belong here.',
    follows: 'hypervisor/setup.c:init_late',
  },
  {
    field: 'platform_info.pci_mmconfig_base',
    type: '__u64',
    brief: 'Physical address of the memory-mapped PCI configuration space',
    detail:
      'ECAM layout: 1 MiB per bus. The hypervisor maps it for itself and traps it for every cell, so no memory region may cover it. 0: no such space; on ARM a cell then reaches no PCI device, ivshmem included. With pci_is_virtual it is any free address range.',
    follows: 'hypervisor/pci.c:pci_init',
  },
  {
    field: 'platform_info.pci_mmconfig_end_bus',
    type: '__u8',
    brief: 'Last bus of the configuration space, inclusive',
    detail:
      'The trapped range is (pci_mmconfig_end_bus + 1) MiB. With pci_is_virtual it has to be 0: the ivshmem BARs are placed 1 MiB above the base.',
    follows: 'hypervisor/pci.c:pci_init, driver/pci.c:create_vpci_of_overlay',
  },
  {
    field: 'platform_info.pci_is_virtual',
    type: '__u8',
    brief: 'The PCI host exists only in the hypervisor',
    detail:
      '1: the machine has no PCI host at pci_mmconfig_base; the driver adds a generic one to the live device tree, which carries ivshmem devices only. Physical devices cannot be reached through it.',
    follows: 'hypervisor/pci.c:pci_init, driver/pci.c:create_vpci_of_overlay',
  },
  {
    field: 'platform_info.pci_domain',
    type: '__u16',
    brief: 'PCI domain number of the virtual host in Linux',
    detail:
      "Given to the virtual host the driver adds; .domain of the root cell's ivshmem devices must be the same. 0xffff lets Linux choose.",
    since: 9,
    follows: 'driver/pci.c:create_vpci_of_overlay',
  },
  {
    field: 'platform_info.iommu_units',
    type: 'struct jailhouse_iommu[8]',
    brief: 'IOMMUs that guard the devices',
    detail:
      'Units end at the first entry whose base is 0: an entry behind a gap is never initialised and the devices behind it stay unguarded. A member of .x86 or .arm before revision 13.',
    since: 13,
    follows: 'hypervisor/arch/arm64/iommu.c:iommu_count_units, hypervisor/arch/x86/iommu.c:iommu_count_units',
  },
  {
    field: 'platform_info.x86.pm_timer_address',
    type: '__u16',
    brief: 'I/O port of the ACPI power management timer',
    detail:
      'If not 0, the four ports from here on are open to every cell, whatever its pio_regions say; cells find the address in their communication region and calibrate with it.',
    follows: 'hypervisor/arch/x86/vcpu.c:vcpu_cell_init',
  },
  {
    field: 'platform_info.x86.apic_mode',
    type: '__u8',
    brief: 'APIC mode the machine must be in',
    detail:
      'JAILHOUSE_APIC_MODE_AUTO takes the mode Linux left active; a mode that is forced and not active is EIO at enable.',
    since: 3,
    follows: 'hypervisor/arch/x86/apic.c:apic_init',
  },
  {
    field: 'platform_info.x86.padding',
    type: '__u8',
    brief: 'Unused',
    detail: 'Keeps the following fields aligned. Three bytes behind apic_mode in revisions 3 to 12.',
    since: 3,
  },
  {
    field: 'platform_info.x86.vtd_interrupt_limit',
    type: '__u32',
    brief: 'Number of interrupts the VT-d remapping table is made for',
    detail:
      'Intel only. Rounded up to a power of two; the table takes 16 bytes an entry from the page pool. More than 32768 fails with -EINVAL at enable. Every MSI or MSI-X vector and every IOAPIC pin of all cells takes one.',
    follows: 'hypervisor/arch/x86/vtd.c:vtd_init',
  },
  {
    field: 'platform_info.x86.tsc_khz',
    type: '__u32',
    brief: 'Frequency of the time stamp counter in kHz',
    detail: '0: the driver fills in what Linux measured. Cells read it from their communication region.',
    since: 8,
    follows: 'driver/main.c:jailhouse_cmd_enable',
  },
  {
    field: 'platform_info.x86.apic_khz',
    type: '__u32',
    brief: 'Frequency of the APIC timer in kHz',
    detail: '0: the driver fills in what Linux measured. Cells read it from their communication region.',
    since: 8,
    follows: 'driver/main.c:jailhouse_cmd_enable',
  },
  {
    field: 'platform_info.x86.iommu_units',
    type: 'struct jailhouse_iommu[8]',
    brief: 'IOMMUs that guard the devices',
    detail: 'The place of platform_info.iommu_units before revision 13.',
    until: 12,
  },
  {
    field: 'platform_info.arm.maintenance_irq',
    type: '__u8',
    brief: 'Absolute number of the GIC maintenance interrupt',
    detail:
      'A PPI, so 16 to 31, and nearly always 25. The hypervisor keeps it for itself; no cell gets it. It tells when a list register is free for the next pending interrupt.',
    follows: 'hypervisor/arch/arm-common/control.c:arch_handle_phys_irq',
  },
  {
    field: 'platform_info.arm.gic_version',
    type: '__u8',
    brief: 'Version of the interrupt controller',
    detail: '2 or 3; GICv4 hardware is driven as 3. Anything else fails with -EINVAL at enable.',
    since: 6,
    follows: 'hypervisor/arch/arm-common/irqchip.c:irqchip_cpu_init',
  },
  {
    field: 'platform_info.arm.padding',
    type: '__u8[2]',
    brief: 'Unused',
    detail:
      'Keeps the following addresses aligned. One byte in revisions 1 to 5, where gic_version is now; absent from 6 to 12.',
  },
  {
    field: 'platform_info.arm.gicd_base',
    type: '__u64',
    brief: 'Physical address of the GIC distributor',
    detail:
      'Trapped in every cell, so no memory region may cover it (4 KiB on GICv2, 64 KiB on GICv3). .address of every irqchip must equal it, or that irqchip is ignored.',
    follows: 'hypervisor/arch/arm-common/irqchip.c:irqchip_cell_init',
  },
  {
    field: 'platform_info.arm.gicc_base',
    type: '__u64',
    brief: 'Physical address of the GIC CPU interface',
    detail:
      'GICv2 only. Cells see the virtual CPU interface of gicv_base at this address; a memory region over it would hand them the physical one.',
    follows: 'hypervisor/arch/arm-common/gic-v2.c:gicv2_cell_init',
  },
  {
    field: 'platform_info.arm.gich_base',
    type: '__u64',
    brief: 'Physical address of the GIC hypervisor interface',
    detail: 'GICv2 only, for the hypervisor alone.',
    follows: 'hypervisor/arch/arm-common/gic-v2.c:gicv2_init',
  },
  {
    field: 'platform_info.arm.gicv_base',
    type: '__u64',
    brief: 'Physical address of the GIC virtual CPU interface',
    detail: 'GICv2 only. Mapped into each cell (8 KiB) at gicc_base.',
    follows: 'hypervisor/arch/arm-common/gic-v2.c:gicv2_cell_init',
  },
  {
    field: 'platform_info.arm.gicr_base',
    type: '__u64',
    brief: 'Physical address of the first GIC redistributor',
    detail:
      "GICv3 only, a multiple of 64 KiB. The redistributors of the root cell's CPUs must follow one another from here, 128 KiB each (256 KiB on GICv4). They are trapped in every cell, so no memory region may cover them.",
    follows: 'hypervisor/arch/arm-common/gic-v3.c:gicv3_init',
  },
  {
    field: 'platform_info.arm.iommu_units',
    type: 'struct jailhouse_iommu[8]',
    brief: 'IOMMUs that guard the devices',
    detail: 'The place of platform_info.iommu_units in revisions 11 and 12.',
    since: 11,
    until: 12,
  },
])

export const systemConstants: readonly ConstantDoc[] = [
  ...constantsOf(
    ['jailhouse_system.signature'],
    [
      {
        name: 'JAILHOUSE_SYSTEM_SIGNATURE',
        value: '"JHSYS"',
        brief: 'Signature of a system configuration',
        detail: '"JHSYST" before revision 14, "JAILSYST" before revision 1.',
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_system.architecture', 'jailhouse_cell_desc.architecture'],
    [
      {
        name: 'JAILHOUSE_X86',
        value: '0',
        brief: 'x86-64, Intel or AMD',
        detail: 'Also what a missing .architecture means.',
        since: 14,
      },
      { name: 'JAILHOUSE_ARM', value: '1', brief: 'ARMv7, 32 bit', detail: '', since: 14 },
      {
        name: 'JAILHOUSE_ARM64',
        value: '2',
        brief: 'ARMv8, 64 bit',
        detail: 'Also for cells that run 32-bit code on a 64-bit machine; those add JAILHOUSE_CELL_AARCH32.',
        since: 14,
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_system.revision', 'jailhouse_cell_desc.revision'],
    [
      {
        name: 'JAILHOUSE_CONFIG_REVISION',
        value: '14',
        brief: 'Revision of the format the header describes',
        detail: 'Raised when the layout or the meaning of configurations changes, though not every time.',
        since: 1,
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_system.flags'],
    [
      {
        name: 'JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE',
        value: '0x1',
        brief: "The root cell may read the hypervisor's output",
        detail: 'Without it `jailhouse console` fails with -EPERM.',
        since: 9,
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_system.platform_info.x86.apic_mode'],
    [
      { name: 'JAILHOUSE_APIC_MODE_AUTO', value: '0', brief: 'Whatever mode Linux left active', detail: '', since: 3 },
      {
        name: 'JAILHOUSE_APIC_MODE_XAPIC',
        value: '1',
        brief: 'Memory-mapped xAPIC',
        detail: 'EIO at enable if x2APIC is active.',
        since: 3,
      },
      {
        name: 'JAILHOUSE_APIC_MODE_X2APIC',
        value: '2',
        brief: 'x2APIC through MSRs',
        detail: 'EIO at enable if it is not active.',
        since: 3,
      },
    ],
  ),
]
