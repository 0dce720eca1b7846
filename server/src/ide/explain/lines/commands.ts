import { byWord } from '../../../text/by-word.ts'
import type { KnownLine, Suspect } from '../known-line.ts'
import { notOn, reservation, revision } from './common.ts'

/** "jailhouse cell linux" dies with the request in the last frame and the error some lines below. */
const TRACEBACK = '\\b[^\\n:]*\\)[ \\t\\r]*\\n(?:[^\\n]*\\n){0,12}?[^\\n]*'

const ERRNO = byWord<number>({
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  E2BIG: 7,
  ENOMEM: 12,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
})

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
    pattern: new RegExp(
      `JAILHOUSE_(?<verb>${request})(?:: (?:${words.replaceAll(' ', '\\s{1,4}')}|-?(?<errno>${errno})\\b)|${TRACEBACK}\\[Errno ${ERRNO[errno]}\\][^\\n]*)`,
    ),
    sample: `JAILHOUSE_${request}: ${words}`,
    meaning: `${errno}: ${meaning}`,
    verdict: 'configuration',
    errno,
    search: 'command',
    suspects,
  }
}

/** What the `jailhouse` command and `jailhouse cell linux` say when a request is answered with an error. */
export const commandLines: readonly KnownLine[] = [
  answer('ENABLE', 'EINVAL', 'Invalid argument', 'driver or hypervisor rejected the configuration of the root cell.', [
    reservation,
    {
      cause: 'a shared-memory device, an IOMMU unit or the GIC is described incorrectly',
      rules: [
        'sections-missing',
        'sections-misplaced',
        'shared-memory-protocol',
        'gic-platform',
        'iommu-units',
        'pvu-page-size',
        'pvu-entries',
      ],
      isOpen: true,
      remedy: 'check the configuration of the root',
    },
    {
      cause: 'cpus of the root is not the set of CPUs that are online in Linux',
      rules: ['cpu-set', 'cpus-differ'],
      isOpen: true,
      remedy: 'compare it with /sys/devices/system/cpu/online',
    },
    {
      cause: 'hypervisor_memory is smaller than image and data of the CPUs',
      rules: ['hypervisor-memory', 'hypervisor-pool'],
      remedy: 'make it larger, and the reservation with it',
    },
    {
      cause: '.architecture is missing or another than the machine',
      rules: ['architecture'],
      isOpen: true,
      remedy: 'set it to the architecture of the board',
    },
    revision,
    {
      cause: 'the .cell is damaged or not that of a root ("Not a system configuration" in dmesg)',
      rules: ['signature', 'second-object'],
      isOpen: true,
      remedy: 'build it again, without a .note.gnu.property section in front',
    },
  ]),
  answer('ENABLE', 'ENOMEM', 'Cannot allocate memory', 'hypervisor_memory or Linux ran out of pages.', [
    {
      cause: 'the root has no memory regions, or a count of 0: the driver cannot allocate 0 bytes for them',
      rules: ['no-regions', 'count-mismatch'],
      remedy: 'set num_memory_regions to ARRAY_SIZE(config.mem_regions)',
    },
    {
      cause: 'hypervisor_memory is too small for page tables and per-CPU data',
      rules: ['hypervisor-pool', 'hypervisor-memory', 'small-pages'],
      remedy: 'make it larger, and the reservation with it',
    },
  ]),
  answer('ENABLE', 'EBUSY', 'Device or resource busy', 'Jailhouse is enabled already, or a resource is taken.', [
    { cause: 'Jailhouse runs already', isOpen: true, remedy: 'run "jailhouse disable" first' },
    {
      cause: 'hardware is in use: the SMMU or VT-d was left enabled by firmware or Linux, or a cache region is taken',
      rules: ['cache-region', 'iommu-units'],
      isOpen: true,
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
      isOpen: true,
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
      on: 'arm',
      isOpen: true,
      remedy: 'update the firmware',
    },
  ]),
  answer('CELL_CREATE', 'EINVAL', 'Invalid argument', 'driver or hypervisor rejected the configuration.', [
    notOn,
    {
      cause: 'on x86 the cell lists CPU 0',
      rules: ['boot-cpu'],
      on: 'x86',
      remedy: 'leave CPU 0 to the root cell',
    },
    revision,
    {
      cause: 'memory for DMA does not fit the PVU, or the stream IDs are taken',
      rules: ['pvu-page-size', 'pvu-entries', 'stream-shared', 'stream-beyond-pvu'],
      isOpen: true,
      remedy: 'align the regions, and give each cell stream_ids of its own',
    },
    {
      cause: 'a shared-memory device lacks its regions or peers',
      rules: ['sections-missing', 'sections-misplaced', 'link-id-taken', 'shared-memory-domain'],
      remedy: 'check shmem_regions_start, shmem_dev_id and shmem_peers',
    },
    {
      cause: 'an irqchip begins at a pin it cannot begin at, or the CPU set is too large',
      rules: ['pin-base', 'ioapic', 'cpu-set'],
      remedy: 'check pin_base of the irqchips, and cpu_set_size',
    },
  ]),
  answer('CELL_CREATE', 'ENOMEM', 'Cannot allocate memory', 'no pages of hypervisor_memory are left.', [
    {
      cause: 'the cell has no memory regions, or a count of 0: the driver cannot allocate 0 bytes for them',
      rules: ['no-regions', 'count-mismatch'],
      remedy: 'set num_memory_regions to ARRAY_SIZE(config.mem_regions)',
    },
    {
      cause: 'the page tables of the cell need more pages than are left',
      rules: ['hypervisor-pool', 'small-pages', 'large-page-split'],
      isOpen: true,
      remedy: 'make hypervisor_memory larger, or align phys_start and virt_start of large regions modulo 2 MiB',
    },
  ]),
  answer('CELL_CREATE', 'EBUSY', 'Device or resource busy', 'a resource of the cell belongs to another cell.', [
    {
      cause: 'another cell that was created before has a CPU of it',
      rules: ['cpu-shared'],
      isOpen: true,
      remedy: 'run "jailhouse cell list", and choose CPUs that no other inmate uses',
    },
    {
      cause: 'a CPU of the cell is not in the set of the root',
      rules: ['cpu-not-in-root'],
      remedy: 'choose CPUs that the root has',
    },
    {
      cause: 'the shared-memory link already has a peer with this ID',
      rules: ['link-id-taken'],
      isOpen: true,
      remedy: 'give each end a shmem_dev_id of its own',
    },
    {
      cause: 'the cache region is taken',
      rules: ['cache-masks', 'cache-region'],
      isOpen: true,
      remedy: 'divide the cache',
    },
  ]),
  answer('CELL_CREATE', 'EEXIST', 'File exists', 'a cell of this name or id exists.', [
    {
      cause: 'two configurations have the same name, or the cell was not destroyed',
      rules: ['cell-name-taken', 'cell-id'],
      isOpen: true,
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
      isOpen: true,
      remedy: 'add the flag, or a region at virt_start 0, or name the address with -a',
    },
    { cause: 'the image is larger than the region behind the address', remedy: 'make the region larger' },
    {
      cause: 'the region lacks READ or WRITE',
      rules: ['no-access', 'read-only-region'],
      remedy: 'add the flag, or load into another region',
    },
    notOn,
  ]),
  answer('CELL_LOAD', 'EBUSY', 'Device or resource busy', 'the memory of the cell cannot be mapped by Linux.', [
    {
      cause: 'the driver cannot map phys_start of the loadable region',
      rules: ['loadable-not-in-root', 'address-range'],
      isOpen: true,
      remedy: 'check phys_start',
    },
  ]),
  answer('CELL_LOAD', 'ENOENT', 'No such file or directory', 'the cell does not exist.', [
    {
      cause: 'create logged "Configuration architecture mismatch" and made no cell, although it reported success',
      rules: ['architecture', 'pair-mismatch'],
      remedy: 'set .architecture of the cell to that of the root',
    },
    {
      cause: 'the name or id is not that of a created cell',
      rules: ['name'],
      isOpen: true,
      remedy: 'run "jailhouse cell list"',
    },
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
  ...['CELL_START', 'CELL_DESTROY', 'DISABLE'].map(request =>
    answer(request, 'EINVAL', 'Invalid argument', 'Jailhouse is not enabled.', [notOn]),
  ),
  ...['CELL_START', 'CELL_DESTROY'].map(request =>
    answer(request, 'ENOENT', 'No such file or directory', 'the cell does not exist.', [
      { cause: 'no cell has this name or id', remedy: 'run "jailhouse cell list"' },
    ]),
  ),
]

/** Requests and errors that nothing more is known of. */
export const otherAnswer: KnownLine = {
  form: 'JAILHOUSE_REQUEST: ERROR',
  by: 'tools/jailhouse.c, after an error of driver or hypervisor',
  pattern: /JAILHOUSE_(?<verb>[A-Z_]+): (?!Success)[A-Z][\w /()-]+/,
  sample: 'JAILHOUSE_CELL_DESTROY: Bad address',
  isFallback: true,
  meaning: 'Driver or hypervisor refused the request.',
  verdict: 'perhaps',
  search: 'command',
  suspects: [
    { cause: 'what Linux and the hypervisor logged at that moment', remedy: 'look into dmesg and the console' },
  ],
}
