import type { KnownLine } from '../known-line.ts'

/** A line that no configuration causes or prevents: what a cell's software, or the machine, did. */
const ofSoftware = (form: string, by: string, pattern: RegExp, sample: string, meaning: string): KnownLine => ({
  form,
  by: `hypervisor/arch/x86/${by}`,
  pattern,
  sample,
  meaning,
  verdict: 'elsewhere',
  suspects: [
    {
      cause: 'the kernel or the program of the cell that the next line names',
      remedy: 'use a kernel with the patches for Jailhouse, and switch off what uses the feature',
    },
  ],
})

const ofMachine = (form: string, by: string, pattern: RegExp, sample: string, meaning: string): KnownLine => ({
  ...ofSoftware(form, by, pattern, sample, meaning),
  suspects: [
    {
      cause: 'the hardware, its firmware, or a hypervisor that emulates both',
      remedy: 'run "jailhouse hardware check", update the firmware, and report it with the whole console',
    },
  ],
})

/** Rarer lines of x86: registers of CPUs and interrupt controllers that the hypervisor guards. */
export const x86Lines: readonly KnownLine[] = [
  ofSoftware(
    'FATAL: Unsupported change to DFR|LDR: VALUE · Trying to set reserved APIC bits · Unsupported APIC access width',
    'apic.c',
    /Unsupported change to (?:DFR|LDR): [\da-f]+|Trying to set reserved APIC bits|Unsupported APIC access width \d+/i,
    'FATAL: Unsupported change to LDR: 2000000',
    'A CPU set up its local APIC in a way the hypervisor does not permit: logical destinations are fixed.',
  ),
  ofSoftware(
    'FATAL: Unsupported/invalid APIC delivery mode, ICR.lo=VALUE · Unsupported shorthand, ICR.lo=VALUE',
    'apic.c: apic_handle_icr_write',
    /Unsupported(?:\/invalid)? (?:APIC delivery mode|shorthand), ICR\.lo=[\da-f]+/i,
    'FATAL: Unsupported/invalid APIC delivery mode, ICR.lo=200',
    'A CPU sent an interrupt of a kind that the hypervisor does not forward, such as an SMI.',
  ),
  ofSoftware(
    'FATAL: Unhandled CR access · Unsupported CR access · Unable to parse MOV-to-CR instruction · Unsupported paging mode',
    'vmx.c, svm.c',
    /Unhandled CR access, qualification|Unsupported CR access|Unable to parse MOV-to-CR instruction|Unsupported paging mode/,
    'FATAL: Unhandled CR access, qualification 4',
    'A CPU used a control register in a way the hypervisor does not emulate.',
  ),
  ofSoftware(
    'FATAL: Invalid xsetbv parameters · Invalid PAT value',
    'vmx.c, svm.c, vcpu.c',
    /Invalid xsetbv parameters|Invalid PAT value: [\da-f]+/i,
    'FATAL: Invalid xsetbv parameters: xcr[0] = 00000000:0000ffff',
    'A CPU enabled a state of its registers, or a type of memory, that the CPU does not have.',
  ),
  ofSoftware(
    'FATAL: Invalid write to i8042 controller port',
    'i8042.c: i8042_access_handler',
    /Invalid write to i8042 controller port/,
    'FATAL: Invalid write to i8042 controller port',
    'Linux resets the machine through the keyboard controller, at port 0x64, which would end the hypervisor as well.',
  ),
  ofSoftware(
    'FATAL: inconsistent access, expected read|write instruction',
    'mmio.c: x86_mmio_parse',
    /inconsistent access, expected (?:read|write) instruction/,
    'FATAL: inconsistent access, expected write instruction',
    'The instruction of an access that is emulated does not do what the CPU reported.',
  ),
  ofSoftware(
    'FATAL: Invalid/unsupported invalidation queue entry',
    'vtd.c: vtd_unit_access_handler',
    /Invalid\/unsupported invalidation queue entry/,
    'FATAL: Invalid/unsupported invalidation queue entry',
    'Linux gave an IOMMU unit a command beyond what interrupt remapping needs: boot it with intel_iommu=off.',
  ),
  ofSoftware(
    'CPU N: Unknown hypercall N, RIP: ADDRESS',
    'vcpu.c: vcpu_handle_hypercall',
    /CPU \d+: Unknown hypercall \d+, RIP/,
    'CPU 2: Unknown hypercall 11, RIP: 0x00000000000f0123',
    'A cell called the hypervisor with a number that this release does not have; it returns -ENOSYS and goes on. As a rule the cell was built for another release, or for another hypervisor.',
  ),
  ofSoftware(
    'Unhandled x2APIC self IPI write',
    'apic.c: x2apic_handle_write',
    /Unhandled x2APIC self IPI write/,
    'Unhandled x2APIC self IPI write',
    'A CPU sent itself an interrupt through a register that the hypervisor ignores: the interrupt is lost.',
  ),
  {
    form: 'testdev: invalid read|write, register REGISTER, size BYTES',
    by: 'hypervisor/arch/x86/test-device.c: testdev_handle_mmio_access',
    pattern: /testdev: invalid (?:read|write), register [\da-f]+, size \d+/i,
    sample: 'testdev: invalid write, register 100, size 4',
    meaning:
      'A cell with JAILHOUSE_CELL_TEST_DEVICE used a register of the test device, which lies behind its communication region, in a way that the device does not have.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'JAILHOUSE_CELL_TEST_DEVICE in a cell that does not test the hypervisor',
        remedy: 'remove the flag: it is for x86/mmio-access and its like',
      },
    ],
  },
  {
    form: 'FATAL: Unsupported IOAPIC state, pin N',
    by: 'hypervisor/arch/x86/ioapic.c: ioapic_config_commit',
    pattern: /Unsupported IOAPIC state, pin \d+/,
    sample: 'FATAL: Unsupported IOAPIC state, pin 9',
    meaning:
      'Linux of the root has a pin of the I/O APIC in a state that the hypervisor cannot take over: its interrupt has no entry that the IOMMU remaps.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: '.id of an irqchip is not that of the I/O APIC in the ACPI tables, or it names another IOMMU unit',
        rules: ['ioapic', 'ioapic-id-differs'],
        isOpen: true,
        remedy: 'compare id with the I/O APIC entry in the ACPI table DMAR or IVRS',
      },
      { cause: 'Linux uses the pin without remapping', remedy: 'boot with interrupt remapping on (intremap=on)' },
    ],
  },
  {
    form: 'FATAL: ivshmem MSI-X target outside of cell NAME device DEVICE',
    by: 'hypervisor/arch/x86/ivshmem.c: arch_ivshmem_update_msix',
    pattern: /ivshmem MSI-X target outside of cell "(?<cell>[^"\n]*)" device (?<device>[\da-f]{2}:[\da-f]{2}\.[0-7])/i,
    sample: 'FATAL: ivshmem MSI-X target outside of cell "root" device 00:0e.0',
    meaning: 'A vector of a shared-memory device is aimed at a CPU that its cell does not have.',
    verdict: 'perhaps',
    search: 'pci',
    suspects: [
      {
        cause: '.iommu of the device names another unit, so that its vectors are read from entries of other devices',
        rules: ['device-unit', 'iommu-index'],
        isOpen: true,
        remedy: 'set .iommu to the unit of the physical devices on the same bus',
      },
      {
        cause: 'Linux kept a CPU as target that was handed to an inmate',
        remedy: 'load the driver of the device after the inmate was created',
      },
    ],
  },
  {
    form: 'FATAL: Unhandled Nested Page Fault for (ADDRESS), error code is CODE',
    by: 'hypervisor/arch/x86/svm.c: vcpu_handle_exit of v0.5 and before',
    pattern: /Unhandled Nested Page Fault for \((?:0x)?[\da-f]+\), error code is [\da-f]+/i,
    sample: 'FATAL: Unhandled Nested Page Fault for (0x00000000fed80040), error code is 4',
    meaning:
      'A CPU accessed an unmapped address, or in a way its mapping does not permit: bit 0 of the code is set where the address is mapped, bit 1 where it was a write. The CPU is parked.',
    verdict: 'configuration',
    suspects: [
      {
        cause: 'no region of the cell holds the address, or its flags forbid the access',
        remedy: 'find the address in /proc/iomem and in mem_regions of the cell',
      },
    ],
  },
  {
    form: 'WARNING: Failed to restore invalidation queue head · AMD IOMMU support is not implemented yet',
    by: 'hypervisor/arch/x86/vtd.c: vtd_shutdown; amd_iommu.c of v0.5',
    pattern: /Failed to restore invalidation queue head|AMD IOMMU support is not implemented yet/,
    sample: 'WARNING: Failed to restore invalidation queue head',
    meaning:
      'The hypervisor could not serve an IOMMU: after "disable" Linux may wait for it without end; v0.5 has no driver for that of AMD, and devices reach all memory.',
    verdict: 'elsewhere',
    suspects: [{ cause: 'the release of Jailhouse', remedy: 'use a newer one; restart the machine after "disable"' }],
  },
  ofMachine(
    'FATAL: VM-Entry failure, error N · CPU reset failed · vmlaunch, vmresume, vmwrite or invept failed',
    'vmx.c, svm.c',
    /VM-Entry failure, error -?\d+|CPU reset failed|(?:vmlaunch|vmresume|vmwrite [\da-f]+|invept) failed, error \d+/i,
    'FATAL: vmresume failed, error 7',
    'The CPU refused the state that the hypervisor gave it.',
  ),
  {
    form: 'IOMMU N: Event Log overflow occurred · Hardware Event Overflow occurred',
    by: 'hypervisor/arch/x86/amd_iommu.c: amd_iommu_poll_events',
    pattern: /IOMMU (?<unit>\d+): (?:Event Log overflow|Hardware Event Overflow) occurred/,
    sample: 'IOMMU 0: Event Log overflow occurred, some events were lost!',
    meaning:
      'The IOMMU of AMD reported more events than its log holds: a device is stopped over and over again. The events that were kept stand beside this line.',
    verdict: 'perhaps',
    isContext: true,
    suspects: [
      {
        cause: 'a device uses memory that no region with JAILHOUSE_MEM_DMA holds, or belongs to no cell',
        rules: ['ram-without-dma', 'device-not-in-root'],
        isOpen: true,
        remedy: 'look up the first "reported event", and add the region, the flag or the device',
      },
    ],
  },
  ofMachine(
    'FATAL: IOMMU N command error',
    'amd_iommu.c: amd_iommu_print_event',
    /FATAL: IOMMU \d+ command error/,
    'FATAL: IOMMU 0 command error',
    'The IOMMU of AMD did not accept a command of the hypervisor.',
  ),
  {
    form: 'FATAL: IOMMU N config is locked in invalid state · SMI Filter register N is locked',
    by: 'hypervisor/arch/x86/amd_iommu.c: amd_iommu_init_pci, amd_iommu_init_features',
    pattern: /IOMMU \d+ config is locked in invalid state|SMI Filter register \d+ is locked/,
    sample: 'FATAL: IOMMU 0 config is locked in invalid state.',
    meaning:
      'Firmware has locked the IOMMU of AMD at another address, or with a filter for SMIs. Enable fails with -EPERM.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: '.base of the unit is not where firmware put it',
        rules: ['iommu-units', 'iommu-differs'],
        isOpen: true,
        remedy: 'compare it with the ACPI table IVRS',
      },
      { cause: 'something used the IOMMU before', remedy: 'boot with amd_iommu=off, after a cold start' },
    ],
  },
]
