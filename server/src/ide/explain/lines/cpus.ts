import type { KnownLine } from '../known-line.ts'

/** Basic exit reasons of Intel. */
const TRIPLE_FAULT = 2
const VMXOFF = 26

/** CPUs that do what no cell may, or what the hypervisor does not expect of itself. */
export const cpuLines: readonly KnownLine[] = [
  {
    form: 'FATAL: Unhandled VM-Exit, reason N · VM-Entry failure, reason N',
    by: 'hypervisor/arch/x86/vmx.c: vcpu_handle_exit',
    pattern: /(?:Unhandled VM-Exit|VM-Entry failure), reason (?<exit>\d+)/,
    sample: 'FATAL: Unhandled VM-Exit, reason 2',
    meaning: 'A CPU did something the hypervisor does not handle.',
    verdict: 'elsewhere',
    suspects: [
      {
        of: 'inmate',
        fits: ({ exit }) => exit === undefined || exit === TRIPLE_FAULT,
        cause: 'a bare-metal inmate used memory that its own page tables do not map',
        remedy: 'call map_range() for the device before its first use',
      },
      {
        fits: ({ exit }) => exit === TRIPLE_FAULT || exit === VMXOFF,
        cause: 'the kernel of the cell crashed before, and this is how its CPUs stop',
        remedy: 'look for the first error on the console of that kernel',
      },
      {
        fits: ({ exit }) => exit !== TRIPLE_FAULT && exit !== VMXOFF,
        cause: 'the software of the cell uses a feature that is not passed through',
        remedy: 'look at the exit reason, and disable what needs it',
      },
    ],
  },
  {
    form: 'FATAL: Unexpected #VMEXIT, exitcode CODE',
    by: 'hypervisor/arch/x86/svm.c: vcpu_handle_exit',
    pattern: /Unexpected #VMEXIT, exitcode (?<exitcode>[\da-f]+)/i,
    sample: 'FATAL: Unexpected #VMEXIT, exitcode 7f, exitinfo1 0x0000000000000000 exitinfo2 0x0000000000000000',
    meaning: 'A CPU did something the hypervisor does not handle.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'the software of the cell crashed, or uses a feature that is not passed through',
        remedy: 'look at the exit code, and at what the cell printed before',
      },
    ],
  },
  {
    form: 'Unhandled HYP exception: synchronous abort from EL2 · Unhandled HYP REASON exit at ADDRESS',
    by: 'hypervisor/arch/arm64/traps.c: arch_el2_abt; hypervisor/arch/arm/traps.c: arch_dump_exit',
    pattern: /Unhandled HYP (?:exception|[a-z ]{1,40} exit at 0x[\da-f]+)/,
    sample: 'FATAL: Unhandled HYP exception: synchronous abort from EL2',
    meaning:
      'The hypervisor itself accessed an address without a device. Behind "exit at" stands the address of its code; the address that it accessed is in the line behind, "Physical address:".',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'a base address of the platform is wrong: debug_console, GIC, IOMMU, pci_mmconfig_base',
        rules: ['debug-console', 'gic-platform', 'iommu-units', 'hypervisor-memory'],
        isOpen: true,
        remedy: 'compare the addresses with the device tree of the board',
      },
      { cause: 'firmware, or a fault of the hypervisor', remedy: 'report it with the registers printed' },
    ],
  },
  {
    form: 'FATAL: Jailhouse triggered exception #N',
    by: 'hypervisor/arch/x86/control.c: x86_exception_handler',
    pattern: /Jailhouse triggered exception #\d+/,
    sample: 'FATAL: Jailhouse triggered exception #14',
    meaning: 'The hypervisor itself crashed; #14 is a page fault, at the address that CR2 shows.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'registers are not where the configuration says: pci_mmconfig_base, an IOMMU unit or an I/O APIC',
        rules: ['iommu-units', 'ioapic'],
        isOpen: true,
        remedy: 'compare the addresses with the ACPI tables MCFG, MADT and DMAR or IVRS',
      },
      {
        cause: 'a fault of the hypervisor',
        remedy: 'find RIP in the output of "objdump -d hypervisor/hypervisor.o", and report it',
      },
    ],
  },
  {
    form: 'FATAL: Setting invalid LVT delivery mode',
    by: 'hypervisor/arch/x86/apic.c: apic_invalid_lvt_delivery_mode',
    pattern: /Setting invalid LVT delivery mode/,
    sample: 'FATAL: Setting invalid LVT delivery mode (reg: 35, value: 00000700)',
    meaning: 'Linux in an inmate programs its local APIC in a way the hypervisor refuses; known on AMD CPUs.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'the kernel of the inmate, on CPUs of AMD',
        remedy: 'use a kernel for the inmate with the patches for Jailhouse',
      },
    ],
  },
  {
    form: 'FATAL: Unhandled APIC access, …',
    by: 'hypervisor/arch/x86/svm.c, vmx.c',
    pattern: /Unhandled APIC access/,
    sample: 'FATAL: Unhandled APIC access, offset 848, is_write: 1',
    meaning: 'A CPU used its local APIC in a way the hypervisor does not emulate.',
    verdict: 'elsewhere',
    suspects: [{ cause: 'the kernel, or a line printed just before this one', remedy: 'look at the line before' }],
  },
  {
    form: 'FATAL: xAPIC access in x2APIC mode',
    by: 'hypervisor/arch/x86/apic.c: apic_mmio_access',
    pattern: /xAPIC access in x2APIC mode/,
    sample: 'FATAL: xAPIC access in x2APIC mode',
    meaning: 'The machine runs its local APICs in x2APIC mode, and a cell used the registers in memory.',
    verdict: 'elsewhere',
    suspects: [
      {
        of: 'inmate',
        cause: 'the kernel of the inmate has no support for x2APIC or for Jailhouse',
        remedy: 'build it with CONFIG_X86_X2APIC and CONFIG_JAILHOUSE_GUEST',
      },
      {
        of: 'root',
        cause: 'Linux of the root uses the local APIC in another way than when Jailhouse was enabled',
        remedy: 'do not boot it with nox2apic',
      },
    ],
  },
  {
    form: 'Ignoring NMI IPI · Ignoring NMI IPI to CPU N',
    by: 'hypervisor/arch/x86/apic.c: apic_send_ipi',
    pattern: /Ignoring NMI IPI(?: to CPU (?<cpu>\d+))?/,
    sample: 'Ignoring NMI IPI to CPU 3',
    meaning:
      'A cell sent its CPUs an NMI, which the hypervisor drops. Linux does so when it has crashed or a CPU of it hangs.',
    verdict: 'perhaps',
    isContext: true,
    suspects: [
      {
        cause: 'the kernel of the cell crashed, or one of its CPUs was parked',
        remedy: 'look for the first error on the console of that kernel, and for the first FATAL of the hypervisor',
      },
    ],
  },
]
