import { isInterruptFault } from '../decode.ts'
import type { KnownLine } from '../known-line.ts'

const PVU = 'hypervisor/arch/arm64/ti-pvu.c'

/** IOMMUs, interrupts, consoles and what else CPUs and devices run into. */
export const deviceLines: readonly KnownLine[] = [
  {
    form: 'VT-d fault event reported by IOMMU N: · VT-d fault event occurred: · Source Identifier (bus:dev.func): DEVICE · Fault Reason: CODE Fault Info: VALUE Type N',
    by: 'hypervisor/arch/x86/vtd.c: vtd_print_fault_record_reg_status',
    pattern:
      /VT-d fault event (?:reported by IOMMU (?<unit>\d+)|occurred:)|Source Identifier \(bus:dev\.func\): (?<device>[\da-f]{2}:[\da-f]{2}\.[0-7])|Fault Reason: 0x(?<reason>[\da-f]+) Fault Info: (?<info>[\da-f]+)/i,
    sample:
      'VT-d fault event reported by IOMMU 1:\n Source Identifier (bus:dev.func): 00:0e.0\n Fault Reason: 0x22 Fault Info: 18000000000 Type 0',
    meaning: 'The IOMMU stopped a device: a memory access or an interrupt that is not permitted.',
    verdict: 'configuration',
    search: 'dma',
    suspects: [
      {
        cause: 'reason 0x22, an interrupt: .iommu of the device names another unit, or the device is missing',
        rules: ['device-unit', 'iommu-index', 'device-not-in-root'],
        isOpen: true,
        fits: ({ reason = 0x22 }) => isInterruptFault(reason),
        remedy: 'set .iommu to the unit that reported the fault',
      },
      {
        cause: 'reason 0x5 or 0x6, memory: no region with JAILHOUSE_MEM_DMA holds the address',
        rules: ['ram-without-dma', 'root-keeps-dma'],
        isOpen: true,
        fits: ({ reason = 5 }) => reason === 5 || reason === 6,
        remedy: 'find the address in /proc/iomem and add a region, or JAILHOUSE_MEM_DMA to the one there',
      },
      {
        cause: 'reason 0x1, 0x2 or 0x3: the device belongs to no cell',
        rules: ['device-not-in-root'],
        isOpen: true,
        fits: ({ reason = 1 }) => reason <= 3,
        remedy: 'add the device to pci_devices of the root',
      },
    ],
  },
  {
    form: 'AMD IOMMU N reported event',
    by: 'hypervisor/arch/x86/amd_iommu.c: amd_iommu_print_event',
    pattern:
      /AMD IOMMU (?<unit>\d+) reported event|DeviceId \(bus:dev\.func\): (?<device>[\da-f]{2}:[\da-f]{2}\.[0-7])/i,
    sample: 'AMD IOMMU 0 reported event\n DeviceId (bus:dev.func): 03:00.0',
    meaning: 'The IOMMU stopped a device. EventCode 2 is a memory access that is not permitted.',
    verdict: 'configuration',
    search: 'dma',
    suspects: [
      {
        cause: 'no region with JAILHOUSE_MEM_DMA holds the address, or the device belongs to no cell',
        rules: ['ram-without-dma', 'device-not-in-root'],
        isOpen: true,
        remedy: 'add the region, the flag or the device',
      },
    ],
  },
  {
    form: 'WARNING: No VT-d support found!',
    by: 'hypervisor/arch/x86/vtd.c: vtd_init of v0.5 and before',
    pattern: /No VT-d support found/,
    sample: 'WARNING: No VT-d support found!',
    meaning:
      'The device at the base of an IOMMU unit is not a VT-d unit: the hypervisor goes on without, and devices reach all memory.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'base of the IOMMU unit is not where the unit is, or the machine has none',
        rules: ['iommu-units', 'iommu-differs'],
        isOpen: true,
        remedy: 'compare base with the ACPI table DMAR',
      },
    ],
  },
  {
    form: 'FATAL: Unhandled DMAR unit read|write access, register REGISTER',
    by: 'hypervisor/arch/x86/vtd.c: vtd_unit_access_handler',
    pattern: /Unhandled DMAR unit (?<access>read|write) access, register (?<register>[\da-f]+)/i,
    sample: 'FATAL: Unhandled DMAR unit write access, register 18',
    meaning: 'Linux programs an IOMMU unit beyond what the hypervisor emulates for it.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'Linux uses the unit for DMA, not only to remap interrupts',
        remedy: 'boot with intel_iommu=off and with interrupt remapping on',
      },
    ],
  },
  {
    form: 'WARNING: PVU cannot unmap memory at runtime for cell NAME',
    by: `${PVU}: pvu_iommu_unmap_memory`,
    pattern: /PVU cannot unmap memory at runtime for cell (?<cell>\S+)/,
    sample: 'WARNING: PVU cannot unmap memory at runtime for cell k3-demo',
    meaning:
      'Memory was unmapped from a cell, but its devices keep access: a PVU cannot drop an entry while a cell runs. Harmless where the region had no JAILHOUSE_MEM_DMA.',
    verdict: 'configuration',
    search: 'simulated',
    suspects: [
      {
        cause: 'the region of the root that contains the inmate’s memory is mapped for DMA',
        rules: ['root-keeps-dma', 'unmap-warning'],
        remedy: 'split off the inmate’s memory as a region of the root without JAILHOUSE_MEM_DMA',
      },
    ],
  },
  {
    form: 'ERROR: PVU: Need more TLB entries for mapping VIRT => PHYS with size SIZE',
    by: `${PVU}: pvu_entrylist_create`,
    pattern: /PVU: Need more TLB entries for mapping (?<address>[\da-f]+)/i,
    sample: 'ERROR: PVU: Need more TLB entries for mapping 80000000 => 80000000 with size 20000000',
    meaning:
      'The regions of a cell for DMA take more than the 128 entries the driver keeps; the command fails with -EINVAL.',
    verdict: 'configuration',
    search: 'simulated',
    suspects: [
      {
        cause: 'large regions are poorly aligned and split into many small pages',
        rules: ['pvu-entries', 'pvu-list-grows'],
        remedy: 'align regions to 2 MiB or more, and drop JAILHOUSE_MEM_DMA where no device needs it',
      },
    ],
  },
  {
    form: "ERROR: PVU: Addresses VIRT PHYS aren't aligned to any of the allowed page sizes · Unsupported page size SIZE · Address VIRT => PHYS is not aligned with size SIZE",
    by: `${PVU}: pvu_entrylist_create`,
    pattern:
      /PVU: (?:Addresses (?<address>[\da-f]+) [\da-f]+?\s*aren't aligned|\w{1,40}: (?:Unsupported page size [\da-f]+|Address [\da-f]+ => [\da-f]+ is not aligned))/i,
    sample: "ERROR: PVU: Addresses 80000800 80000800aren't aligned to any of the allowed page sizes",
    meaning: 'A region for DMA fits no page size of the PVU; the command fails with -EINVAL.',
    verdict: 'configuration',
    search: 'simulated',
    suspects: [
      {
        cause: 'virt_start, phys_start or size of a region with JAILHOUSE_MEM_DMA is not a multiple of 0x1000',
        rules: ['pvu-page-size', 'phys-unaligned'],
        remedy: 'align the region, or remove the flag',
      },
    ],
  },
  {
    form: 'ERROR: PVU: Mapping this memory needs more TLBs than that are available',
    by: `${PVU}: pvu_iommu_map_memory`,
    pattern: /PVU: Mapping this memory needs more TLBs/,
    sample: 'ERROR: PVU: Mapping this memory needs more TLBs than that are available',
    meaning: 'Each stream ID needs TLBs of its own for the entries of its cell, and no more are left.',
    verdict: 'configuration',
    search: 'simulated',
    suspects: [
      {
        cause: 'too many entries times too many stream IDs',
        rules: ['pvu-tlbs', 'pvu-entries'],
        remedy: 'align regions for DMA, or list fewer stream_ids',
      },
    ],
  },
  {
    form: 'ERROR: PVU: Max virtid(N) should be less than num_tlbs(N)',
    by: `${PVU}: pvu_init_device`,
    pattern: /PVU: Max virtid\(\d+\) should be less than num_tlbs/,
    sample: 'ERROR: PVU: Max virtid(7) should be less than num_tlbs(4)',
    meaning: 'The hardware at the base of the PVU reports too few TLBs.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'base of the IOMMU unit is not where the PVU is',
        rules: ['iommu-units', 'iommu-size'],
        isOpen: true,
        remedy: 'compare base with the reference manual of the SoC',
      },
    ],
  },
  {
    form: 'Warning: SMMU address space size (SIZE) differs from mapped region size (SIZE)!',
    by: 'hypervisor/arch/arm64/smmu.c: arm_smmu_device_cfg_probe',
    pattern: /SMMU address space size \(0x[\da-f]+\)/i,
    sample: 'Warning: SMMU address space size (0x20000) differs from mapped region size (0x10000)!',
    meaning: 'The SMMU reports another size than the configuration.',
    verdict: 'configuration',
    suspects: [
      {
        cause: 'size of the IOMMU unit',
        rules: ['iommu-size'],
        isOpen: true,
        remedy: 'set it to the size the SMMU reports',
      },
    ],
  },
  {
    form: 'TLB sync timed out -- SMMU may be deadlocked',
    by: 'hypervisor/arch/arm64/smmu.c: arm_smmu_tlb_sync_global',
    pattern: /TLB sync timed out/,
    sample: 'TLB sync timed out -- SMMU may be deadlocked',
    meaning: 'The hardware at the base of the SMMU did not complete a command.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'base of the IOMMU unit is not where the SMMU is, or the SMMU has no clock',
        rules: ['iommu-units'],
        isOpen: true,
        remedy: 'compare base with the device tree',
      },
    ],
  },
  {
    form: 'WARN: unknown SGI received N',
    by: 'hypervisor/arch/arm-common/control.c: arch_handle_sgi',
    pattern: /unknown SGI received/,
    sample: 'WARN: unknown SGI received 5',
    meaning:
      'A CPU got an interrupt from another one that the hypervisor did not send: a cell accesses the GIC directly.',
    verdict: 'configuration',
    suspects: [
      {
        cause: 'a region of the root or an inmate maps the GIC',
        rules: ['protected-window', 'inmate-protected-window'],
        remedy: 'split the region around the registers of the GIC',
      },
    ],
  },
  {
    form: 'GIC: No redist found for CPU N',
    by: 'hypervisor/arch/arm-common/gic-v3.c: gicv3_cpu_init',
    pattern: /GIC: No redist found for CPU ?(?<cpu>\d+)/,
    sample: 'GIC: No redist found for CPU4',
    meaning: 'The redistributor of a CPU is not among those behind gicr_base; enable fails with -ENODEV.',
    verdict: 'configuration',
    suspects: [
      {
        cause: 'gicr_base is not where the redistributors of the board begin',
        rules: ['gic-platform', 'gic-differs'],
        isOpen: true,
        remedy: 'compare gicr_base with the device tree',
      },
      {
        cause: 'a CPU in the set of the root is not one of the board',
        rules: ['cpu-set', 'cpus-differ'],
        isOpen: true,
        remedy: 'compare cpus with /proc/cpuinfo',
      },
    ],
  },
  {
    form: 'Attempt to route IRQ N outside of cell · SPI N outside of cell',
    by: 'hypervisor/arch/arm-common/gic-v2.c, gic-v3.c: handling of GICD_ITARGETSR and GICD_IROUTER',
    pattern: /Attempt to route (?:IRQ|SPI) ?\d+ outside of cell/,
    sample: 'Attempt to route IRQ187 outside of cell',
    meaning: 'A cell routed an interrupt to a CPU it does not have. The write is refused and the CPU is parked.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'the device tree of the inmate lists other CPUs than the cell has',
        rules: ['cpu-set'],
        isOpen: true,
        remedy: 'make the CPUs of the device tree match the configuration',
      },
    ],
  },
  {
    form: 'WARNING: CPU N specified IPI destination outside cell boundaries',
    by: 'hypervisor/arch/x86/apic.c: apic_send_ipi',
    pattern: /specified IPI destination outside/,
    sample: 'WARNING: CPU 2 specified IPI destination outside cell boundaries, ICR.hi=3000000',
    meaning: 'A cell sent an interrupt to a CPU it does not have; the interrupt is dropped.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'software of the inmate uses CPUs the cell does not have',
        remedy: 'use only the CPUs listed in its communication region',
      },
    ],
  },
  {
    form: 'FATAL: Unhandled MSR read|write: MSR',
    by: 'hypervisor/arch/x86/vcpu.c: vcpu_handle_msr_read, vcpu_handle_msr_write',
    pattern: /Unhandled MSR (?<access>read|write): (?<register>[\da-f]+)/i,
    sample: 'FATAL: Unhandled MSR write: c0010015',
    meaning:
      'A CPU used a model-specific register that the hypervisor does not pass through. No configuration allows it.',
    verdict: 'elsewhere',
    suspects: [{ cause: 'the kernel, or firmware it calls', remedy: 'disable the feature that uses the register' }],
  },
  {
    form: 'FATAL: unhandled trap (exception class CLASS) · forbidden access (exception class CLASS)',
    by: 'hypervisor/arch/arm64/traps.c, hypervisor/arch/arm/traps.c: arch_handle_trap',
    pattern: /(?:unhandled trap|forbidden access) \(exception class 0x(?<exceptionClass>(?!2[04]\))[\da-f]+)\)/i,
    sample: 'FATAL: unhandled trap (exception class 0x17)',
    meaning:
      'A CPU of a cell executed something that traps and that the hypervisor does not handle. The CPU is parked.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'the software of the cell uses an instruction or a system register that no cell may use',
        remedy: 'look up the address printed behind "pc:" in its symbols, and leave the feature out',
      },
    ],
  },
  {
    form: 'FATAL: unhandled trap (exception class 0x24 or 0x20) · forbidden access (exception class 0x24 or 0x20)',
    by: 'hypervisor/arch/arm64/traps.c, hypervisor/arch/arm/traps.c: arch_handle_trap',
    pattern: /(?:unhandled trap|forbidden access) \(exception class 0x(?<exceptionClass>2[04])\)/i,
    sample: 'FATAL: unhandled trap (exception class 0x24)',
    meaning:
      'A CPU of a cell accessed what its cell may not, or an emulated register refused the access. The address is in the line printed above. The CPU is parked.',
    verdict: 'configuration',
    // Lines before it say which address it was about.
    matters: () => false,
    suspects: [
      {
        cause: 'a region for the address is missing in the cell, is too small, or does not permit the access',
        remedy: 'explain the line above: "Unhandled data …", "Invalid MMIO …" or "instruction abort at …"',
      },
      {
        cause: 'the register is emulated (GIC, PCI, sub-page region), and the access is not supported',
        remedy: 'look up the address printed behind "pc:" in the symbols of the software',
      },
    ],
  },
  {
    form: 'Unhandled SMC arch trap FUNCTION',
    by: 'hypervisor/arch/arm-common/smccc.c: handle_arch',
    pattern: /Unhandled SMC arch trap (?<smc>[\da-f]+)/i,
    sample: 'Unhandled SMC arch trap 80003fff',
    meaning:
      'A CPU of a cell called firmware (SMC) for a function of the architecture that the hypervisor does not emulate: it knows SMCCC_VERSION, SMCCC_ARCH_FEATURES and SMCCC_ARCH_WORKAROUND_1 and 2. The CPU is parked.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'the kernel of the cell asks for a work-around of the CPU that the firmware does not offer',
        remedy:
          'switch the work-around off in the kernel or on its command line (mitigations=off), or add the function to the hypervisor',
      },
    ],
  },
  {
    form: 'WARN: SMMU 2-level strtab only covers BITS/BITS bits of SID',
    by: 'hypervisor/arch/arm64/smmu-v3.c: arm_smmu_init_strtab_2lvl',
    pattern: /SMMU 2-level strtab only covers/,
    sample: 'WARN: SMMU 2-level strtab only covers 16/24 bits of SID',
    meaning: 'Stream ids beyond these bits cannot be assigned to cells; the others can.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'a stream id of a cell is beyond them',
        rules: ['stream-beyond-smmu'],
        isOpen: true,
        remedy: 'compare stream_ids with the bits printed',
      },
    ],
  },
  {
    form: 'FATAL: Invalid IOAPIC read|write, reg: REGISTER, index: INDEX',
    by: 'hypervisor/arch/x86/ioapic.c: ioapic_access_handler',
    pattern:
      /Invalid IOAPIC (?<access>read|write), reg: (?:0x)?(?<register>[\da-f]+), index: (?:0x)?(?<index>[\da-f]+)/i,
    sample: 'FATAL: Invalid IOAPIC write, reg: 10, index: 22',
    meaning:
      'A CPU wrote to an I/O APIC what its cell may not: the entry of a pin that is not in pin_bitmap, or an interrupt that cannot be remapped. Index 0x10 + 2n is pin n.',
    verdict: 'configuration',
    suspects: [
      {
        cause: 'pin_bitmap of the irqchip lacks the pin',
        rules: ['pin-not-in-root', 'intx-not-owned'],
        isOpen: true,
        remedy: 'find the pin in /proc/interrupts and set its bit in the cell that uses it',
      },
      {
        cause: 'id of the irqchip is not the requester id of the I/O APIC',
        rules: ['ioapic', 'ioapic-id'],
        isOpen: true,
        remedy: 'compare it with the ACPI tables DMAR or IVRS',
      },
    ],
  },
  {
    form: 'Timeout expired while waiting for reply from target cell',
    by: 'hypervisor/control.c: cell_exchange_message',
    pattern: /Timeout expired while waiting for reply from/,
    sample: 'Timeout expired while waiting for reply from target cell',
    meaning: 'The cell did not reply to the request to shut down; it is marked as failed and the command continues.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'the inmate does not read its communication region',
        rules: ['comm-missing', 'comm-flags'],
        isOpen: true,
        remedy: 'set JAILHOUSE_CELL_PASSIVE_COMMREG, or let the inmate reply',
      },
    ],
  },
]
