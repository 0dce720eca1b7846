import type { KnownLine } from '../known-line.ts'
import { revision } from './common.ts'

/** What the tools in Python print: `jailhouse cell linux`, `config create`, `config check`. */
export const toolLines: readonly KnownLine[] = [
  {
    form: 'No space found to load all images',
    by: 'tools/jailhouse-cell-linux',
    pattern: /No space found to load all images/,
    sample: 'No space found to load all images',
    meaning: 'No RAM region of the inmate is large enough for kernel, device tree and initrd.',
    verdict: 'configuration',
    search: 'linux',
    suspects: [
      {
        cause: 'a RAM region lacks one of READ, WRITE, EXECUTE, DMA and LOADABLE',
        rules: ['linux-memory'],
        remedy: 'add the flags that are missing',
      },
      { cause: 'RAM is split into regions too small', remedy: 'merge neighbouring regions' },
    ],
  },
  {
    form: 'x86 requires cpu_reset_address=0',
    by: 'tools/jailhouse-cell-linux',
    pattern: /x86 requires cpu_reset_address=0/,
    sample: 'RuntimeError: x86 requires cpu_reset_address=0',
    meaning: 'On x86 "jailhouse cell linux" puts its loader at 0, where the first CPU has to begin.',
    verdict: 'configuration',
    suspects: [
      {
        cause: 'cpu_reset_address is not 0',
        rules: ['linux-memory', 'reset-address'],
        isOpen: true,
        remedy: 'remove it from the configuration of the inmate',
      },
    ],
  },
  {
    form: 'Too many memory regions',
    by: 'tools/jailhouse-cell-linux',
    pattern: /\bToo many memory regions\b/,
    sample: 'Too many memory regions',
    meaning: 'The table of memory that the tool hands to Linux is full.',
    verdict: 'configuration',
    suspects: [
      { cause: 'the inmate has more RAM regions than the table has entries', remedy: 'merge neighbouring regions' },
    ],
  },
  {
    form: 'No device tree specified',
    by: 'tools/jailhouse-cell-linux',
    pattern: /No device tree specified/,
    sample: 'No device tree specified',
    meaning: 'On ARM "jailhouse cell linux" needs a device tree for the inmate.',
    verdict: 'elsewhere',
    suspects: [{ cause: 'the option -d is missing', remedy: 'name the device tree with -d' }],
  },
  {
    form: 'Invalid DTB · DTB is missing node PATH · Unsupported DTB version',
    by: 'tools/jailhouse-cell-linux',
    pattern: /RuntimeError: Invalid DTB|DTB is missing node \S+|Unsupported DTB version \d+/,
    sample: 'RuntimeError: DTB is missing node /cpus',
    meaning: 'The device tree given with -d cannot be used.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'the file is not a compiled device tree, or lacks a node',
        remedy: 'compile it with dtc, and compare it with those of configs/*/dts',
      },
    ],
  },
  {
    form: 'Not a root cell configuration · Not a cell configuration · Not a non-root cell configuration',
    by: 'pyjailhouse/config_parser.py, for the Python tools',
    pattern:
      /Not a (?:root |non-root )?cell configuration(?=: \S)|RuntimeError: Not a (?:root |non-root )?cell configuration/,
    sample: 'Not a root cell configuration: board.cell',
    meaning: 'The signature of the .cell is not the one the tool looks for.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'the files stand in the wrong order: the root comes first',
        rules: ['signature'],
        isOpen: true,
        remedy: 'give root and inmates in their places',
      },
      {
        cause: 'tool and .cell are of different versions',
        rules: ['revision'],
        isOpen: true,
        remedy: 'build both from one tree',
      },
    ],
  },
  {
    form: 'Configuration file revision mismatch',
    by: 'pyjailhouse/config_parser.py, for the Python tools',
    pattern: /Configuration file revision mismatch/,
    sample: 'Configuration file revision mismatch: board.cell',
    meaning: 'The .cell was built for another revision of the format than the tool.',
    verdict: 'configuration',
    suspects: [revision],
  },
  {
    form: 'Cell architecture mismatch: NAME',
    by: 'tools/jailhouse-config-check',
    pattern: /Cell architecture mismatch: \w+/,
    sample: 'Cell architecture mismatch: x86: inmate.cell',
    meaning: '.architecture of the inmate is not that of the root.',
    verdict: 'configuration',
    suspects: [
      {
        cause: '.architecture is missing, which means x86, or another',
        rules: ['architecture', 'pair-mismatch'],
        remedy: 'set it as in the root',
      },
    ],
  },
  {
    form: 'Configuration has unsupported architecture',
    by: 'pyjailhouse/config_parser.py',
    pattern: /Configuration has unsupported architecture/,
    sample: 'RuntimeError: Configuration has unsupported architecture',
    meaning: 'The tool does not support this .architecture.',
    verdict: 'configuration',
    suspects: [
      {
        cause: '.architecture',
        rules: ['architecture'],
        isOpen: true,
        remedy: 'use JAILHOUSE_X86, JAILHOUSE_ARM or JAILHOUSE_ARM64',
      },
    ],
  },
  {
    form: 'Unknown IOMMU type: N',
    by: 'pyjailhouse/config_parser.py',
    pattern: /Unknown IOMMU type: \d+/,
    sample: 'RuntimeError: Unknown IOMMU type: 9',
    meaning: 'The tool does not support .type of an IOMMU unit.',
    verdict: 'configuration',
    suspects: [
      {
        cause: 'type of an iommu_units entry',
        rules: ['iommu-units'],
        isOpen: true,
        remedy: 'use one of the JAILHOUSE_IOMMU_ constants',
      },
    ],
  },
  {
    form: 'Your memmap reservation is too small you need >="SIZE"',
    by: 'tools/jailhouse-config-create',
    pattern: /memmap reservation is too small you need >="(?<need>[^"]*)"/,
    sample: 'RuntimeError: Your memmap reservation is too small you need >="80M"',
    meaning: '"jailhouse config create" found less reserved memory than hypervisor and inmates need.',
    verdict: 'elsewhere',
    suspects: [
      { cause: 'memmap= on the kernel command line', on: 'x86', remedy: 'reserve as much as the message asks for' },
    ],
  },
  {
    form: 'failed to allocate memory',
    by: 'tools/jailhouse-config-create',
    pattern: /RuntimeError: failed to allocate memory/,
    sample: 'RuntimeError: failed to allocate memory',
    meaning: '"jailhouse config create" found no free RAM of the size asked for.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: '--mem-hv and --mem-inmates are larger than what is free',
        on: 'x86',
        remedy: 'reserve memory with memmap=, or ask for less',
      },
    ],
  },
  {
    form: 'Multiple MMCONFIG regions found · We do not support multiple PCI segments',
    by: 'tools/jailhouse-config-create, pyjailhouse/sysfs_parser.py',
    pattern: /Multiple MMCONFIG regions found|We do not support multiple PCI segments/,
    sample: 'RuntimeError: We do not support multiple PCI segments',
    meaning: 'The machine has several PCI segments; Jailhouse supports one.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'the hardware',
        remedy: 'write the configuration by hand, for the segment with the devices that are needed',
      },
    ],
  },
  {
    form: 'Too many DMAR units · Too many IOMMU units',
    by: 'pyjailhouse/sysfs_parser.py',
    pattern: /Too many (?:DMAR|IOMMU) units/,
    sample: 'RuntimeError: Too many DMAR units. Raise JAILHOUSE_MAX_IOMMU_UNITS',
    meaning: 'The machine has more IOMMU units than a configuration can list.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'the hardware',
        remedy: 'raise JAILHOUSE_MAX_IOMMU_UNITS in the header and build all of Jailhouse again',
      },
    ],
  },
  {
    form: 'DMAR region size cannot be identified · Target Linux must run with Intel IOMMU enabled',
    by: 'pyjailhouse/sysfs_parser.py: parse_dmar',
    pattern: /DMAR region size cannot be identified(?:\.\s+Target Linux must run with Intel IOMMU enabled)?/,
    sample: 'RuntimeError: DMAR region size cannot be identified.',
    meaning:
      '"jailhouse config create" reads the size of a VT-d unit from /proc/iomem, where only the driver of Linux enters it.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'Linux runs without its driver: intel_iommu=off, or a kernel without CONFIG_INTEL_IOMMU',
        remedy: 'boot with intel_iommu=on to create the configuration, and with intel_iommu=off to enable Jailhouse',
      },
    ],
  },
  {
    form: 'Unsupported architecture',
    by: 'tools/jailhouse-hardware-check, tools/jailhouse-cell-linux',
    pattern: /\bUnsupported architecture\b/,
    sample: 'Unsupported architecture',
    meaning: 'The tool does not know this architecture: "hardware check" and "config create" are for x86 alone.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'a tool for x86 on another machine',
        remedy: 'go by the configuration of a similar board: there is no generator for ARM',
      },
    ],
  },
  {
    form: '"FILE" is not a listed input file · Jailhouse was enabled when collecting input files',
    by: 'tools/jailhouse-config-create, pyjailhouse/sysfs_parser.py',
    pattern: /is not a listed input file|Jailhouse was enabled when collecting input files/,
    sample: 'ERROR: Jailhouse was enabled when collecting input files! Disable jailhouse and try again.',
    meaning: 'The facts that "jailhouse config create" reads are not those of the bare machine.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'the collector ran while Jailhouse was enabled, or is of another version',
        remedy: 'run "jailhouse disable" and collect again',
      },
    ],
  },
  {
    form: 'FileNotFoundError: … /sys/firmware/acpi/tables/DMAR · IVRS · MCFG',
    by: 'pyjailhouse/sysfs_parser.py',
    pattern:
      /No such file or directory: '\/?\S*(?:acpi\/tables\/(?:DMAR|IVRS|MCFG|APIC|FACP)|proc\/iomem|proc\/ioports)'/,
    sample: "FileNotFoundError: [Errno 2] No such file or directory: '/sys/firmware/acpi/tables/DMAR'",
    meaning: 'The machine shows no such table: its firmware has the unit switched off, or it has none.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'VT-d or AMD-Vi is disabled in the firmware, or the machine is virtual and has none',
        remedy: 'enable it; for QEMU add -device intel-iommu,intremap=on',
      },
    ],
  },
  {
    form: 'opening /dev/jailhouse: No such file or directory',
    by: 'tools/jailhouse.c, pyjailhouse/cell.py',
    pattern: /opening \/dev\/jailhouse: [A-Z][\w ]+|No such file or directory: '\/dev\/jailhouse'/,
    sample: 'opening /dev/jailhouse: No such file or directory',
    meaning: 'The driver is not loaded.',
    verdict: 'elsewhere',
    suspects: [
      { cause: 'the kernel module is not loaded', remedy: 'run "insmod driver/jailhouse.ko" or "modprobe jailhouse"' },
    ],
  },
]

/** A tool in Python died of something else. */
export const otherTraceback: KnownLine = {
  form: 'Traceback …: ERROR',
  by: 'a tool of Jailhouse that is written in Python',
  pattern:
    /(?:pyjailhouse|jailhouse-(?:cell-\w{1,40}|config-\w{1,40}|hardware-check))[^\n]{0,300}\n(?:[^\n]{0,300}\n){0,12}?\w{0,60}(?:Error|Exception)\b[^\n]{0,300}/,
  sample: '  File "/usr/libexec/jailhouse/jailhouse-cell-linux", line 5, in <module>\nKeyError: 3',
  isFallback: true,
  meaning: 'A tool of Jailhouse failed with an unexpected error.',
  verdict: 'perhaps',
  suspects: [
    {
      cause: 'tool, driver and .cell are of different versions',
      isOpen: true,
      remedy: 'build all of them from one tree',
    },
  ],
}
