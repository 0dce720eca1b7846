import type { KnownLine, Suspect } from '../known-line.ts'

const reservation: Suspect = {
  cause: 'the memory of the hypervisor is not reserved, or reserved elsewhere',
  rules: ['hypervisor-memory', 'hypervisor-overlap'],
  remedy:
    'compare hypervisor_memory with /proc/iomem; reserve it with memmap= or a reserved-memory node of the device tree',
}
const revision: Suspect = {
  cause: 'configuration and driver were built from different versions of Jailhouse',
  rules: ['revision', 'pair-mismatch'],
  remedy: 'build .cell files and driver from one tree',
}
const notOn: Suspect = { cause: 'Jailhouse is not enabled', remedy: 'run "jailhouse enable" first' }

/** What the tool prints when a command fails: the name of the request and the error in words. */
function answer(
  request: string,
  errno: string,
  words: string,
  meaning: string,
  suspects: readonly Suspect[],
): KnownLine {
  return {
    form: `JAILHOUSE_${request}: ${words}`,
    by: 'tools/jailhouse.c, after an error of driver or hypervisor',
    pattern: new RegExp(`JAILHOUSE_(?<verb>${request}): (?:${words}|-?(?<errno>${errno})\\b)`),
    sample: `JAILHOUSE_${request}: ${words}`,
    meaning: `${errno}: ${meaning}`,
    verdict: 'configuration',
    errno,
    search: 'command',
    suspects,
  }
}

const answers: readonly KnownLine[] = [
  answer('ENABLE', 'EINVAL', 'Invalid argument', 'driver or hypervisor rejected the configuration of the root cell.', [
    reservation,
    {
      cause: 'a shared-memory device, an IOMMU unit or the GIC is described incorrectly',
      rules: [
        'sections-missing',
        'shared-memory-protocol',
        'gic-platform',
        'iommu-units',
        'pvu-page-size',
        'pvu-entries',
      ],
      remedy: 'check the configuration of the root',
    },
    revision,
    {
      cause: 'the .cell is damaged or not that of a root ("Not a system configuration" in dmesg)',
      rules: ['signature', 'second-object'],
      remedy: 'build it again, without a .note.gnu.property section in front',
    },
  ]),
  answer('ENABLE', 'ENOMEM', 'Cannot allocate memory', 'hypervisor_memory or Linux ran out of pages.', [
    {
      cause: 'hypervisor_memory is too small for page tables and per-CPU data',
      rules: ['hypervisor-pool', 'hypervisor-memory', 'small-pages'],
      remedy: 'make it larger, and the reservation with it',
    },
  ]),
  answer('ENABLE', 'EBUSY', 'Device or resource busy', 'Jailhouse is enabled already, or a resource is taken.', [
    { cause: 'Jailhouse runs already', remedy: 'run "jailhouse disable" first' },
    {
      cause: 'hardware is in use: the SMMU or VT-d was left enabled by firmware or Linux, or a cache region is taken',
      rules: ['cache-region', 'iommu-units'],
      remedy: 'keep Linux from using the IOMMU',
    },
  ]),
  answer('ENABLE', 'ENODEV', 'No such device', 'required hardware is missing.', [
    {
      cause: 'no HYP mode, VT-x or SVM; on arm64 the kernel was not started in EL2',
      remedy: 'change firmware or boot loader',
    },
    {
      cause: 'a unit of the configuration is not at its base address: GIC redistributor, IOMMU',
      rules: ['gic-platform', 'iommu-units'],
      remedy: 'compare the base addresses with the device tree',
    },
  ]),
  answer('ENABLE', 'EIO', 'Input/output error', 'the CPU or the IOMMU could not be set up.', [
    {
      cause:
        'the hardware: missing CPU features, a locked register, or virtual machines that lack nested virtualisation',
      remedy: 'run "jailhouse hardware check"',
    },
    {
      cause: 'on arm64: firmware without SMCCC 1.1, or debug_console is not a device',
      rules: ['debug-console'],
      remedy: 'update the firmware',
    },
  ]),
  answer('CELL_CREATE', 'EINVAL', 'Invalid argument', 'driver or hypervisor rejected the configuration.', [
    {
      cause: 'on x86 the cell lists CPU 0',
      rules: ['boot-cpu'],
      remedy: 'leave CPU 0 to the root cell',
    },
    revision,
    {
      cause: 'memory for DMA does not fit the PVU, or the stream IDs are taken',
      rules: ['pvu-page-size', 'pvu-entries', 'stream-shared', 'stream-beyond-pvu'],
      remedy: 'align the regions, and give each cell stream_ids of its own',
    },
    {
      cause: 'a shared-memory device lacks its regions or peers',
      rules: ['sections-missing', 'link-id-taken', 'shared-memory-domain'],
      remedy: 'check shmem_regions_start, shmem_dev_id and shmem_peers',
    },
    notOn,
  ]),
  answer('CELL_CREATE', 'ENOMEM', 'Cannot allocate memory', 'no pages of hypervisor_memory are left.', [
    {
      cause: 'the page tables of the cell need more pages than are left',
      rules: ['hypervisor-pool', 'small-pages', 'large-page-split'],
      remedy: 'make hypervisor_memory larger, or align phys_start and virt_start of large regions modulo 2 MiB',
    },
  ]),
  answer('CELL_CREATE', 'EBUSY', 'Device or resource busy', 'a resource of the cell belongs to another cell.', [
    {
      cause: 'a CPU of the cell is no longer or never was assigned to the root',
      rules: ['cpu-shared', 'cpu-not-in-root'],
      remedy: 'choose CPUs that the root has and no other inmate uses',
    },
    {
      cause: 'the shared-memory link already has a peer with this ID',
      rules: ['link-id-taken'],
      remedy: 'give each end a shmem_dev_id of its own',
    },
    {
      cause: 'the cache region is taken',
      rules: ['cache-masks', 'cache-region'],
      remedy: 'divide the cache',
    },
  ]),
  answer('CELL_CREATE', 'EEXIST', 'File exists', 'a cell of this name or id exists.', [
    {
      cause: 'two configurations have the same name, or the cell was not destroyed',
      rules: ['cell-name-taken', 'cell-id'],
      remedy: 'destroy the other cell, or rename this one',
    },
  ]),
  answer('CELL_CREATE', 'E2BIG', 'Argument list too long', 'the configuration or its CPU set is too large.', [
    {
      cause: 'more CPUs or bytes than a cell can have',
      rules: ['config-size', 'cpu-set'],
      remedy: 'shorten the arrays',
    },
  ]),
  answer('CELL_LOAD', 'EINVAL', 'Invalid argument', 'the image does not fit a loadable region of the cell.', [
    {
      cause:
        'no region with JAILHOUSE_MEM_LOADABLE holds the address; without -a that is address 0 as the cell sees it',
      rules: ['nothing-loadable', 'linux-memory', 'reset-address'],
      remedy: 'add the flag, or a region at virt_start 0, or name the address with -a',
    },
    { cause: 'the image is larger than the region behind the address', remedy: 'make the region larger' },
    {
      cause: 'the region is a sub-page region, or lacks READ or WRITE',
      rules: ['sub-page-memory', 'no-access'],
      remedy: 'load images into page-aligned, writable regions',
    },
    notOn,
  ]),
  answer('CELL_LOAD', 'EBUSY', 'Device or resource busy', 'the memory of the cell cannot be mapped by Linux.', [
    {
      cause: 'the driver cannot map phys_start of the loadable region',
      rules: ['loadable-not-in-root', 'address-range'],
      remedy: 'check phys_start',
    },
  ]),
  answer('CELL_LOAD', 'ENOENT', 'No such file or directory', 'the cell does not exist.', [
    { cause: 'the name or id is not that of a created cell', rules: ['name'], remedy: 'run "jailhouse cell list"' },
  ]),
  answer('CELL_CREATE', 'EPERM', 'Operation not permitted', 'a cell is locked.', [
    { cause: 'another cell is in its locked state', remedy: 'let it unlock, or stop it' },
  ]),
  answer('CELL_START', 'EPERM', 'Operation not permitted', 'a cell is locked.', [
    { cause: 'another cell is in its locked state', remedy: 'let it unlock, or stop it' },
  ]),
  answer('DISABLE', 'EBUSY', 'Device or resource busy', 'not all CPUs of the root are online.', [
    { cause: 'a CPU was taken offline manually', remedy: 'bring it online and try again' },
  ]),
]

/** What Linux logs about the driver, and what commands of the tool print. */
const messages: readonly KnownLine[] = [
  {
    form: 'jailhouse: request_mem_region failed for hypervisor memory.',
    by: 'driver/main.c: jailhouse_cmd_enable',
    pattern: /request_mem_region failed for hypervisor/,
    sample: 'jailhouse: request_mem_region failed for hypervisor memory.',
    meaning: 'Linux uses the memory at hypervisor_memory itself. The command fails with -EINVAL.',
    verdict: 'configuration',
    search: 'memory',
    suspects: [reservation],
  },
  {
    form: 'jailhouse: Unable to map RAM reserved for hypervisor at ADDRESS',
    by: 'driver/main.c: jailhouse_cmd_enable',
    pattern: /Unable to map RAM reserved for hypervisor\s+at (?<address>[\da-f]+)/i,
    sample: 'jailhouse: Unable to map RAM reserved for hypervisor at 00000000fa000000',
    meaning: 'Linux could not map hypervisor_memory: it is not RAM, or the address is out of range.',
    verdict: 'configuration',
    search: 'memory',
    suspects: [reservation],
  },
  {
    form: 'jailhouse: Unable to map cell RAM at ADDRESS for image loading',
    by: 'driver/cell.c: load_image',
    pattern: /Unable to map cell RAM at (?<address>[\da-f]+)/i,
    sample: 'jailhouse: Unable to map cell RAM at 8a0000000 for image loading',
    meaning: 'Linux could not map the memory into which an image is to be loaded.',
    verdict: 'configuration',
    search: 'machine',
    suspects: [
      {
        cause: 'phys_start of the loadable region is not RAM known to Linux',
        rules: ['loadable-not-in-root', 'address-range'],
        remedy: 'check phys_start and the reservation',
      },
    ],
  },
  {
    form: 'jailhouse: Not a system configuration · Not a cell configuration',
    by: 'driver/main.c: jailhouse_cmd_enable; driver/cell.c: jailhouse_cmd_cell_create',
    pattern: /Not a (?:system|cell) configuration/,
    sample: 'jailhouse: Not a system configuration',
    meaning: 'The .cell does not begin with JHSYST (a root) or JHCLL (an inmate).',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'the .cell of an inmate was given to enable, or that of a root to create',
        rules: ['signature'],
        remedy: 'give each command its own file',
      },
      {
        cause: 'compiler or objcopy added data in front: a .note.gnu.property section, a second object',
        rules: ['second-object'],
        remedy: 'build with "jailhouse-warden build", or remove the section with objcopy',
      },
    ],
  },
  {
    form: 'jailhouse: Configuration revision mismatch',
    by: 'driver/main.c: jailhouse_cmd_enable; driver/cell.c: jailhouse_cmd_cell_create',
    pattern: /Configuration revision mismatch/,
    sample: 'jailhouse: Configuration revision mismatch',
    meaning: 'The .cell was built for another revision of the format than the driver.',
    verdict: 'configuration',
    suspects: [revision],
  },
  {
    form: 'jailhouse: Configuration architecture mismatch',
    by: 'driver/main.c: jailhouse_cmd_enable; driver/cell.c: jailhouse_cmd_cell_create',
    pattern: /Configuration architecture mismatch/,
    sample: 'jailhouse: Configuration architecture mismatch',
    meaning: '.architecture of the configuration is not that of the driver.',
    verdict: 'configuration',
    suspects: [
      {
        cause: '.architecture is missing or another',
        rules: ['architecture', 'pair-mismatch'],
        remedy: 'set it to the architecture of the board',
      },
    ],
  },
  {
    form: 'Cannot assign CPU 0 to other cells',
    by: 'driver/cell.c: jailhouse_cmd_cell_create (x86)',
    pattern: /Cannot assign CPU 0 to other cells/,
    sample: 'Cannot assign CPU 0 to other cells',
    meaning: 'On x86 CPU 0 always belongs to the root. The command fails with -EINVAL.',
    verdict: 'configuration',
    suspects: [{ cause: 'bit 0 of cpus', rules: ['boot-cpu'], remedy: 'give the inmate another CPU' }],
  },
  {
    form: 'jailhouse: Unable to map hypervisor debug console at ADDRESS · clock register at ADDRESS',
    by: 'driver/main.c: jailhouse_cmd_enable',
    pattern: /Unable to map (?:hypervisor debug\s+console|clock register) at (?<address>[\da-f]+)/i,
    sample: 'jailhouse: Unable to map hypervisor debug console at 02800000',
    meaning: 'Linux could not map registers named by debug_console.',
    verdict: 'configuration',
    search: 'machine',
    suspects: [
      {
        cause: 'address, size or clock_reg of debug_console',
        rules: ['debug-console'],
        remedy: 'compare them with the device tree',
      },
    ],
  },
  {
    form: 'jailhouse: Missing or unsupported HVM technology · HYP mode not available · VT-x disabled by Firmware/BIOS',
    by: 'driver/main.c: jailhouse_cmd_enable, jailhouse_get_cpu_features',
    pattern: /Missing or unsupported HVM technology|HYP mode not available|VT-x disabled by/,
    sample: 'jailhouse: HYP mode not available',
    meaning: 'The CPU, its firmware or the boot loader does not support virtualization.',
    verdict: 'elsewhere',
    suspects: [{ cause: 'firmware or boot loader', remedy: 'enable virtualization; start Linux in HYP mode or EL2' }],
  },
  {
    form: 'jailhouse: Missing hypervisor image NAME',
    by: 'driver/main.c: jailhouse_cmd_enable',
    pattern: /Missing hypervisor image/,
    sample: 'jailhouse: Missing hypervisor image jailhouse.bin',
    meaning: 'The image is not where Linux looks for firmware.',
    verdict: 'elsewhere',
    suspects: [{ cause: 'the installation', remedy: 'run "make install" on the board' }],
  },
  {
    form: 'jailhouse: failed to bring CPU N back online',
    by: 'driver/cell.c',
    pattern: /failed to bring CPU (?<cpu>\d+)\s+back online/,
    sample: 'jailhouse: failed to bring CPU 3 back online',
    meaning: 'A cell was destroyed, and Linux could not restart one of its CPUs.',
    verdict: 'elsewhere',
    suspects: [{ cause: 'firmware (PSCI) or the kernel', remedy: 'write 1 to the CPU’s online file' }],
  },
  {
    form: 'No space found to load all images',
    by: 'tools/jailhouse-cell-linux',
    pattern: /No space found to load all images/,
    sample: 'No space found to load all images',
    meaning: 'No RAM region of the inmate is large enough for kernel, device tree and initrd.',
    verdict: 'configuration',
    suspects: [
      {
        cause: 'a RAM region lacks one of READ, WRITE, EXECUTE, DMA and LOADABLE',
        rules: ['linux-memory'],
        remedy: 'add the flags that are missing',
      },
      { cause: 'RAM is split into regions too small', remedy: 'merge neighbouring regions' },
    ],
  },
]

export const commandLines: readonly KnownLine[] = [...messages, ...answers]
