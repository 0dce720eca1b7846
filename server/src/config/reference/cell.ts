import { type ConstantDoc, constantsOf, fieldsOf } from './doc.ts'

export const cellFields = fieldsOf('jailhouse_cell_desc', [
  {
    field: 'signature',
    type: 'char[5]',
    brief: 'Marks the file as a cell configuration',
    detail:
      'Five bytes without a terminating NUL: JAILHOUSE_CELL_DESC_SIGNATURE. Anything else is refused with -EINVAL and "Not a cell configuration" in the kernel log. Ignored in the root cell. Six bytes ("JHCELL") before revision 14.',
    follows: 'driver/cell.c:jailhouse_cmd_cell_create',
  },
  {
    field: 'architecture',
    type: '__u8',
    brief: 'Architecture of the machine the cell is for',
    detail:
      'If it is not the machine\'s, `jailhouse cell create` prints "Configuration architecture mismatch" to the kernel log, reports success and creates nothing. Ignored in the root cell. The default is 0, which is x86.',
    since: 14,
    follows: 'driver/cell.c:jailhouse_cmd_cell_create',
  },
  {
    field: 'revision',
    type: '__u16',
    brief: 'Revision of the configuration format',
    detail: 'Must equal JAILHOUSE_CONFIG_REVISION of the running driver (-EINVAL otherwise). Ignored in the root cell.',
    since: 1,
    follows: 'driver/cell.c:jailhouse_cmd_cell_create',
  },
  {
    field: 'name',
    type: 'char[32]',
    brief: 'Name of the cell in messages and commands',
    detail:
      'At most 31 characters; no two cells, the root cell included, may share it (-EEXIST). A name that is a number is taken for a cell id on the command line.',
    follows: 'driver/cell.c:jailhouse_cmd_cell_create, tools/jailhouse.c:parse_cell_id',
  },
  {
    field: 'id',
    type: '__u32',
    brief: 'Number of the cell, chosen by the driver',
    detail:
      'Leave it out: the driver overwrites it with the lowest free number. In the root cell it must be 0. It serves as VMID, VT-d domain id and SMMUv2 context bank.',
    follows: 'driver/cell.c:jailhouse_cmd_cell_create',
  },
  {
    field: 'flags',
    type: '__u32',
    brief: 'Options of the cell',
    detail: 'A mask of JAILHOUSE_CELL_* bits; other bits are ignored.',
  },
  {
    field: 'cpu_set_size',
    type: '__u32',
    brief: 'Size of the CPU bitmap in bytes',
    detail:
      "sizeof(config.cpus), a multiple of 8 and at most 4096. The bitmap follows the descriptor: bit n of it is CPU n. A cell's CPUs are taken from the root cell while it exists; they must be in the root cell's set (-EBUSY), CPU 0 cannot be assigned to an inmate on x86 (-EINVAL). On ARM the lowest CPU starts the cell, the others wait for PSCI.",
    follows: 'hypervisor/control.c:cell_init, driver/cell.c:jailhouse_cmd_cell_create',
  },
  {
    field: 'num_memory_regions',
    type: '__u32',
    brief: 'Number of memory regions',
    detail:
      'ARRAY_SIZE(config.mem_regions). 0 is refused with -ENOMEM. A count that differs from the array shifts every array behind it.',
    follows: 'driver/cell.c:cell_create',
  },
  {
    field: 'num_cache_regions',
    type: '__u32',
    brief: 'Number of cache regions',
    detail: 'ARRAY_SIZE(config.cache_regions); at most 1. Used on Intel CPUs with L3 cache allocation only.',
    follows: 'hypervisor/arch/x86/cat.c:cat_cell_init',
  },
  {
    field: 'num_irqchips',
    type: '__u32',
    brief: 'Number of interrupt controller entries',
    detail: 'ARRAY_SIZE(config.irqchips). On ARM each entry covers 128 interrupts of the GIC, on x86 one IOAPIC.',
    follows: 'hypervisor/arch/arm-common/irqchip.c:irqchip_cell_init, hypervisor/arch/x86/ioapic.c:ioapic_cell_init',
  },
  {
    field: 'num_pio_regions',
    type: '__u32',
    brief: 'Number of I/O port ranges',
    detail: 'ARRAY_SIZE(config.pio_regions). x86 only.',
    since: 11,
    follows: 'hypervisor/arch/x86/vcpu.c:vcpu_cell_init',
  },
  {
    field: 'pio_bitmap_size',
    type: '__u32',
    brief: 'Size of the I/O port bitmap in bytes',
    detail: 'One bit per port, 0 grants access. Replaced by pio_regions in revision 11.',
    until: 10,
  },
  {
    field: 'num_pci_devices',
    type: '__u32',
    brief: 'Number of PCI devices',
    detail: 'ARRAY_SIZE(config.pci_devices), physical and ivshmem devices together.',
    follows: 'hypervisor/pci.c:pci_cell_init',
  },
  {
    field: 'num_pci_caps',
    type: '__u32',
    brief: 'Number of PCI capabilities',
    detail:
      'ARRAY_SIZE(config.pci_caps). Devices point into that array with caps_start and num_caps and may share entries.',
    follows: 'hypervisor/pci.c:pci_find_capability',
  },
  {
    field: 'num_stream_ids',
    type: '__u32',
    brief: 'Number of stream ids',
    detail:
      "ARRAY_SIZE(config.stream_ids): the DMA masters of the cell, as SMMUv2, SMMUv3 and PVU know them. Without them the cell's devices keep whatever IOMMU context they had.",
    since: 12,
    follows:
      'hypervisor/arch/arm64/smmu-v3.c:arm_smmuv3_cell_init, hypervisor/arch/arm64/smmu.c:arm_smmu_cell_init, hypervisor/arch/arm64/ti-pvu.c:pvu_iommu_config_commit',
  },
  {
    field: 'vpci_irq_base',
    type: '__u32',
    brief: "First SPI of the virtual PCI host's four INTx lines",
    detail:
      'ARM only. An SPI number, so without the 32: INTA is GIC interrupt 32 + vpci_irq_base, and a device uses line (bdf >> 3) & 3. The cell must own these interrupts in its irqchips, or they are never delivered. Not used by ivshmem devices with MSI-X.',
    follows: 'hypervisor/arch/arm-common/ivshmem.c:arch_ivshmem_update_intx',
  },
  {
    field: 'cpu_reset_address',
    type: '__u64',
    brief: 'Guest address at which the cell starts',
    detail:
      'ARM: the lowest CPU of the cell starts here, the others are off until PSCI CPU_ON. x86: every CPU starts in 16-bit mode at the low 16 bits, with the rest as code segment base. Has to lie in a region the cell may read, and execute on x86.',
    since: 5,
    follows: 'hypervisor/arch/arm-common/control.c:arch_cell_reset, hypervisor/arch/x86/control.c:arch_reset_cpu',
  },
  {
    field: 'msg_reply_timeout',
    type: '__u64',
    brief: "How long the hypervisor waits for the cell's reply, in polls",
    detail:
      'Iterations of a busy loop, not a time. 0 waits indefinitely, with the root cell suspended meanwhile: a crashed cell then blocks the machine. When it runs out the cell is stopped and failed, and the command goes on. Without effect with JAILHOUSE_CELL_PASSIVE_COMMREG.',
    since: 7,
    follows: 'hypervisor/control.c:cell_exchange_message',
  },
  {
    field: 'console',
    type: 'struct jailhouse_console',
    brief: 'Console the inmate should use',
    detail:
      'Copied to the communication region at start; programs built on the inmate library print there. It maps nothing: the UART has to be in a memory region, or in pio_regions on x86.',
    since: 10,
    follows: 'hypervisor/control.c:cell_start',
  },
])

export const cellConstants: readonly ConstantDoc[] = [
  ...constantsOf(
    ['jailhouse_cell_desc.signature'],
    [
      {
        name: 'JAILHOUSE_CELL_DESC_SIGNATURE',
        value: '"JHCLL"',
        brief: 'Signature of a cell configuration',
        detail: '"JHCELL" before revision 14, "JAILCELL" before revision 1.',
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_cell_desc.name'],
    [
      {
        name: 'JAILHOUSE_CELL_NAME_MAXLEN',
        value: '31',
        brief: 'Longest name of a cell, without its NUL',
        detail: '',
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_cell_desc.flags'],
    [
      {
        name: 'JAILHOUSE_CELL_PASSIVE_COMMREG',
        value: '0x1',
        brief: 'The cell never replies to messages',
        detail:
          'The hypervisor then takes shutdown and reconfiguration as granted. A cell without this flag needs a communication region it can read and write, and code that replies.',
      },
      {
        name: 'JAILHOUSE_CELL_TEST_DEVICE',
        value: '0x2',
        brief: 'Adds the MMIO test device behind the communication region',
        detail: 'x86 only, and only if the hypervisor was built with it. 0x4 before the middle of revision 9.',
        since: 8,
      },
      {
        name: 'JAILHOUSE_CELL_AARCH32',
        value: '0x4',
        brief: 'The cell starts in 32-bit state',
        detail: 'arm64 only; .architecture stays JAILHOUSE_ARM64. Not for the root cell.',
        since: 13,
      },
      {
        name: 'JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED',
        value: '0x40000000',
        brief: 'The cell may print through the hypervisor',
        detail: "Allows the debug console hypercall, which puts a character on the hypervisor's console.",
        since: 9,
      },
      {
        name: 'JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE',
        value: '0x80000000',
        brief: 'The cell should print through the hypervisor',
        detail:
          'Passed to the inmate in its communication region. The driver adds the permission, except for the root cell.',
        since: 9,
      },
      {
        name: 'JAILHOUSE_CELL_DEBUG_CONSOLE',
        value: '0x2',
        brief: 'The cell may print through the hypervisor',
        detail: 'JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED since the middle of revision 9.',
        until: 9,
      },
    ],
  ),
]
