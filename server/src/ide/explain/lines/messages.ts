import type { KnownLine } from '../known-line.ts'
import { reservation, revision } from './common.ts'

/** What Linux logs about the driver, and what commands of the tool print. */
export const messageLines: readonly KnownLine[] = [
  {
    form: 'jailhouse: request_mem_region failed for hypervisor memory. · mem_region_request failed for hypervisor memory.',
    by: 'driver/main.c: jailhouse_cmd_enable',
    pattern: /(?:request_mem_region|mem_region_request) failed for hypervisor/,
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
        isOpen: true,
        remedy: 'check phys_start and the reservation',
      },
    ],
  },
  {
    form: 'jailhouse: Not a system configuration · Not a cell configuration',
    by: 'driver/main.c: jailhouse_cmd_enable; driver/cell.c: jailhouse_cmd_cell_create',
    pattern: /Not a (?:system|cell) configuration/,
    sample: 'jailhouse: Not a system configuration',
    meaning:
      'The file does not begin with "JHSYS", as a root does, or "JHCLL", as an inmate does, since revision 14; before, with "JHSYST" or "JHCELL".',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'the .cell of an inmate was given to enable, or that of a root to create',
        rules: ['signature'],
        isOpen: true,
        remedy: 'give each command its own file',
      },
      {
        cause: 'compiler or objcopy added data in front: a .note.gnu.property section, a second object',
        rules: ['second-object'],
        isOpen: true,
        remedy: 'build with "jailhouse-warden build", or remove the section with objcopy',
      },
    ],
  },
  {
    form: 'vmalloc: allocation failure: 0 bytes',
    by: 'Linux, for cell_create of driver/cell.c',
    pattern: /vmalloc(?: error)?: (?:allocation failure:? 0 bytes|size 0\b)/,
    sample: 'jailhouse: vmalloc: allocation failure: 0 bytes',
    meaning: 'num_memory_regions is 0, so the driver allocates 0 bytes, which fails. The command fails with -ENOMEM.',
    verdict: 'configuration',
    errno: 'ENOMEM',
    refusedBy: 'cell_create',
    search: 'refusal',
    suspects: [
      {
        cause: 'num_memory_regions is 0, or not set',
        rules: ['no-regions', 'count-mismatch'],
        remedy: 'set it to ARRAY_SIZE(config.mem_regions)',
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
        isOpen: true,
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
    suspects: [{ cause: 'bit 0 of cpus', rules: ['boot-cpu'], on: 'x86', remedy: 'give the inmate another CPU' }],
  },
  {
    form: 'jailhouse: Unable to map hypervisor debug console at ADDRESS · hypervisor UART at ADDRESS · clock register at ADDRESS',
    by: 'driver/main.c: jailhouse_cmd_enable',
    pattern:
      /Unable to map (?:hypervisor\s+(?:debug\s+(?:console|clock\s+register)|UART)|clock register) at (?<address>[\da-f]+)/i,
    sample: 'jailhouse: Unable to map hypervisor debug console at 02800000',
    meaning: 'Linux could not map registers named by debug_console.',
    verdict: 'configuration',
    search: 'machine',
    suspects: [
      {
        cause: 'address, size or clock_reg of debug_console',
        rules: ['debug-console'],
        isOpen: true,
        remedy: 'compare them with the device tree',
      },
    ],
  },
  {
    form: 'jailhouse: Missing or unsupported HVM technology · HYP mode not available · VT-x disabled by Firmware/BIOS',
    by: 'driver/main.c: jailhouse_cmd_enable, jailhouse_get_cpu_features',
    // KVM of a kernel that runs in a cell says the same of itself, in good order.
    pattern: /Missing or unsupported HVM technology|(?<!kvm[^\n]{0,20})HYP mode not available|VT-x disabled by/,
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
    form: 'Jailhouse: failed to destroy cell "NAME"',
    by: 'driver/cell.c: jailhouse_cell_cmd_destroy_non_root',
    pattern: /failed to destroy cell "(?<cell>[^"\n]*)"/,
    sample: 'Jailhouse: failed to destroy cell "k3-demo"',
    meaning: 'Before "disable" all inmates are destroyed, and the hypervisor refused to destroy this one.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'the inmate locks itself: it replies to the request to shut down that it is not ready',
        remedy: 'let the inmate agree, or set JAILHOUSE_CELL_PASSIVE_COMMREG',
      },
    ],
  },
  {
    form: 'DEVICE: failed to add dynamic id (N) · failed to allocate list entry, the driver might not work as expected',
    by: 'driver/pci.c: jailhouse_pci_claim_release',
    pattern: /failed to add dynamic id \(-?\d+\)|failed to allocate list entry, the driver/,
    sample: 'jailhouse-pci-stub 0000:00:19.0: failed to add dynamic id (-17)',
    meaning:
      'A device of an inmate could not be kept from the drivers of the root, which may use it while the inmate owns it. The create itself succeeded.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: '-17: a device of the same kind is claimed already, which is harmless; else Linux has no memory left',
        remedy: 'unbind the driver of the device before create',
      },
    ],
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
]
