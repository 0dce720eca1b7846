import type { KnownLine } from '../known-line.ts'
import { plainLine } from './common.ts'

const CREATE = 'tools/jailhouse-config-create, pyjailhouse/sysfs_parser.py'
const CHECK = 'tools/jailhouse-config-check'

/** What `jailhouse config create` and `jailhouse config check` print of a machine or of configurations. */
export const generatorLines: readonly KnownLine[] = [
  plainLine(
    'Overlapping memory regions inside cell: …',
    CHECK,
    /Overlapping memory regions inside cell:(?!\s{0,4}None\b)/,
    "Overlapping memory regions inside cell:\n\nIn cell 'Root', region 3",
    'Two regions of a cell share addresses, physically or as the cell sees them; of what they share the later region decides. Shared memory that is listed once a link and inside RAM is meant so.',
    'configuration',
    {
      cause: 'address or size of a region',
      rules: ['region-overlap', 'region-alias', 'end-for-size'],
      isOpen: true,
      remedy: 'compare both regions, which the lines behind show',
    },
  ),
  plainLine(
    'Overlapping memory regions with hypervisor: …',
    CHECK,
    /Overlapping memory regions with hypervisor:(?!\s{0,4}None\b)/,
    "Overlapping memory regions with hypervisor:\n\nIn cell 'Root', region 3",
    'A region of a cell reaches into hypervisor_memory: the cell could change the hypervisor.',
    'configuration',
    {
      cause: 'address or size of the region, or hypervisor_memory',
      rules: ['hypervisor-overlap', 'inmate-hypervisor-overlap'],
      remedy: 'end the region in front of hypervisor_memory, and go on behind it',
    },
  ),
  plainLine(
    'Missing PCI MMCONFIG interceptions: … · Missing IOMMU interceptions: … · Missing resource interceptions for architecture NAME: …',
    CHECK,
    /Missing (?:PCI MMCONFIG|IOMMU|resource) interceptions(?: for architecture \w{1,20})?:(?!\s{0,4}None\b)/,
    "Missing IOMMU interceptions:\n\nIn cell 'Root', region 3",
    'A region gives a cell registers that the hypervisor has to guard: PCI configuration space, an IOMMU unit, GIC or APIC.',
    'configuration',
    {
      cause: 'a region that spans the registers',
      rules: ['protected-window', 'inmate-protected-window', 'handlers-overlap'],
      remedy: 'split the region around them',
    },
  ),
  plainLine(
    'RuntimeError: Unknown GIC version: N',
    CHECK,
    /Unknown GIC version: \d+/,
    'RuntimeError: Unknown GIC version: 0',
    'gic_version of the root is neither 2 nor 3.',
    'configuration',
    { cause: 'arm.gic_version', rules: ['gic-platform'], remedy: 'set it to that of the board' },
  ),
  plainLine(
    'PCI device DEVICE outside the scope of an IOMMU · IOAPICs with identical BDF · Invalid MSI-X BAR found · …',
    CREATE,
    /PCI device [\da-f]{2}:[\da-f]{2}\.[0-7] outside the scope of an IOMMU|IOAPICs with identical BDF|Unsupported DMAR Device Scope Structure|Unexpectedly large DMAR region|Invalid MSI-X BAR found|Invalid MCFG structure found|(?:MADT|DMAR|MCFG|IVRS): incorrect input file format|Found \d+ entries for ACPI PM_TMR|Broken \S{0,200}\/proc\/cpuinfo/i,
    'RuntimeError: PCI device 05:00.0 outside the scope of an IOMMU',
    'An ACPI table or a device is not as the generator expects it; no configuration was written.',
    'elsewhere',
    {
      cause: 'firmware of the machine, its tables, or input files that are cut off',
      remedy: 'update the firmware, collect again as root, or take the device out of the machine',
    },
  ),
  plainLine(
    "IVRS: unsupported Revision N · Jailhouse doesn't support more than one AMD IOMMU per PCI function. · AMD IOMMU lacks MSI support · IVRS Rev. 2 feature",
    CREATE,
    /IVRS: unsupported Revision [\da-f]+|more than one AMD IOMMU per PCI function|AMD IOMMU lacks MSI support|IVRS Rev\. 2 feature Jailhouse doesn't support|(?:configurable \(eg\. read-only\)|per-device) (?:device memory|memory regions)|Skipping unknown IVRS/,
    'RuntimeError: IVRS: unsupported Revision 03',
    'The IOMMU of AMD is described by a newer or rarer form of table than the generator reads.',
    'elsewhere',
    {
      cause: 'the machine is newer than Jailhouse',
      remedy: 'write iommu_units by hand after the ACPI table IVRS',
    },
  ),
  plainLine(
    'WARNING: Ignoring unsupported PCI Express Extended Capability ID N · Ignoring invalid MSI-X configuration of device DEVICE · Ignoring apparently disabled PCI device NAME',
    CREATE,
    /Ignoring (?:unsupported PCI Express Extended Capability ID [\da-f]+|invalid MSI-X configuration of device|apparently disabled PCI device)/i,
    'WARNING: Ignoring apparently disabled PCI device 0000:00:1f.1',
    'The generator left out a device or a capability: what Linux needs of it has to be added by hand.',
    'perhaps',
    {
      cause: 'pci_devices or pci_caps lack it',
      rules: ['device-not-in-root', 'capabilities', 'pci-device-not-listed', 'pci-capability'],
      isOpen: true,
      remedy: 'compare them with lspci -vv',
    },
  ),
  plainLine(
    'WARNING: Unexpected UART MMIO access mode: type=N, shift=N. Disabling console.',
    CREATE,
    /Unexpected UART MMIO access mode: type=\d+/,
    'WARNING: Unexpected UART MMIO access mode: type=2, shift=2. Disabling console.',
    'The generator does not know how to reach this UART, and wrote no debug_console.',
    'perhaps',
    {
      cause: 'debug_console is empty',
      rules: ['debug-console'],
      isOpen: true,
      remedy: 'add it by hand, with JAILHOUSE_CON_ACCESS_MMIO and the register distance of the UART',
    },
  ),
  plainLine(
    'WARNING: Multiple "memmap" reservations in /proc/cmdline · kmg_multiply_str can not parse input "TEXT"',
    CREATE,
    /Multiple "memmap" reservations in|kmg_multiply_str can not parse input/,
    'WARNING: Multiple "memmap" reservations in /proc/cmdline. Picking the first for jailhouse!',
    'The generator takes hypervisor_memory from the first memmap= of the kernel command line, or from --mem-hv and --mem-inmates.',
    'elsewhere',
    {
      cause: 'the first memmap= is not the one that was meant for Jailhouse, or an option is misspelled',
      on: 'x86',
      remedy: 'put it first, or correct hypervisor_memory by hand',
    },
  ),
  plainLine(
    'ERROR: Inconsistent vendor string on CPU N · feature set on CPU N · value of MSR on CPU N · Unsupported CPU',
    'tools/jailhouse-hardware-check',
    /ERROR: Inconsistent (?:vendor string|feature set|value of MSR 0x[\da-f]+) on CPU \d+|^Unsupported CPU\b/im,
    'ERROR: Inconsistent feature set on CPU 3',
    'The CPUs of the machine differ from each other, or are neither of Intel nor of AMD. Jailhouse needs all of one kind.',
    'elsewhere',
    { cause: 'firmware, its microcode, or the hypervisor below', remedy: 'update the firmware' },
  ),
  plainLine(
    'This script requires the mako library to run. · ERROR: You have to be root to work on "/"!',
    'tools/jailhouse-config-create',
    /This script requires the mako library|You have to be root to work on/,
    'ERROR: You have to be root to work on "/"!',
    'The generator was not run as it has to be.',
    'elsewhere',
    { cause: 'the installation', remedy: 'run it as root, with the Python package mako installed' },
  ),
]
