import { type ConstantDoc, constantsOf, type Field, type FieldDoc, fieldsOf } from './doc.ts'

const fields: readonly Field[] = [
  {
    field: 'address',
    type: '__u64',
    brief: 'Physical address or I/O port of the console',
    detail: 'A port with JAILHOUSE_CON_ACCESS_PIO (x86), else the address of the registers or of the framebuffer.',
    follows: 'hypervisor/paging.c:paging_init',
  },
  {
    field: 'size',
    type: '__u32',
    brief: 'Size of the registers or of the framebuffer in bytes',
    detail:
      'For memory-mapped consoles only, and never 0 there. A framebuffer needs width * height * 4: 0x300000 for 1024x768, 0x7e9000 for 1920x1080.',
    follows: 'hypervisor/paging.c:paging_init, hypervisor/arch/x86/efifb.c:efifb_init',
  },
  {
    field: 'type',
    type: '__u16',
    brief: 'Driver of the console',
    detail: 'One of JAILHOUSE_CON_TYPE_*. A type the architecture has no driver for prints nothing, silently.',
    since: 9,
    follows:
      'hypervisor/arch/arm-common/dbg-write.c:arch_dbg_write_init, hypervisor/arch/x86/dbg-write.c:arch_dbg_write_init',
  },
  {
    field: 'flags',
    type: '__u16',
    brief: 'How the registers are reached, and quirks',
    detail:
      'A mask of JAILHOUSE_CON_* bits. Up to the middle of revision 9, in struct jailhouse_debug_console, it holds the type as well.',
    follows: 'hypervisor/uart-8250.c:uart_init',
  },
  {
    field: 'divider',
    type: '__u32',
    brief: 'Baud rate divider',
    detail:
      '0 leaves the UART as Linux or the firmware set it up, which is nearly always right. Used by the 8250, PL011, HSCIF and SCIFA drivers.',
    follows: 'hypervisor/uart-8250.c:uart_init',
  },
  {
    field: 'gate_nr',
    type: '__u32',
    brief: 'Bit of clock_reg that gates the clock of the UART',
    detail: '0 to 31. Ignored if clock_reg is 0.',
    follows: 'driver/main.c:jailhouse_cmd_enable',
  },
  {
    field: 'clock_reg',
    type: '__u64',
    brief: 'Physical address of the clock gate register',
    detail:
      'If not 0, the driver sets bit gate_nr there at enable, or clears it with JAILHOUSE_CON_INVERTED_GATE. Meant for 32-bit ARM.',
    follows: 'driver/main.c:jailhouse_cmd_enable',
  },
]

/** Revisions 2 to 9 keep the type in the flags of a struct that has another name. */
export const consoleFields: readonly FieldDoc[] = [
  ...fieldsOf(
    'jailhouse_console',
    fields.map(doc => ({ ...doc, since: 9 })),
  ),
  ...fieldsOf(
    'jailhouse_debug_console',
    fields
      .filter(({ field }) => field !== 'type')
      .map(doc => ({ ...doc, type: doc.field === 'flags' ? '__u32' : doc.type, since: 2, until: 9 })),
  ),
]

const type = (name: string, value: string, brief: string, detail: string, since = 9) => ({
  name: `JAILHOUSE_CON_TYPE_${name}`,
  value,
  brief,
  detail,
  since,
})

const formerly = (name: string, value: string, brief: string, since: number, until: number) => ({
  name: `JAILHOUSE_CON${name}`,
  value,
  brief,
  detail: '',
  since,
  until,
})

export const consoleConstants: readonly ConstantDoc[] = [
  ...constantsOf(
    ['jailhouse_console.type'],
    [
      type('NONE', '0', 'No console', 'Nothing is printed.', 2),
      { ...type('VGA', '1', 'VGA text mode', 'x86. Gone since early in revision 10.', 2), until: 10 },
      type(
        'EFIFB',
        '1',
        'EFI framebuffer',
        'x86, for the hypervisor only. Memory-mapped; choose the format in flags.',
        10,
      ),
      type('8250', '2', 'UART 8250 or 16550', 'x86 and ARM. The only type of x86 that inmates can use.', 2),
      type('PL011', '3', 'ARM PrimeCell UART', 'ARM.', 2),
      type('XUARTPS', '4', 'Xilinx and Cadence UART', 'ARM.', 2),
      type('MVEBU', '5', 'Marvell Armada 3700 UART', 'ARM.'),
      type('HSCIF', '6', 'Renesas HSCIF', 'ARM.'),
      type('SCIFA', '7', 'Renesas SCIFA', 'ARM.'),
      type('IMX', '8', 'NXP i.MX UART', 'ARM.'),
      type('IMX_LPUART', '9', 'NXP i.MX LPUART', 'ARM.', 13),
      type('SCIF', '10', 'Renesas SCIF', 'ARM.', 13),
    ],
  ),
  ...constantsOf(
    ['jailhouse_console.flags'],
    [
      {
        name: 'JAILHOUSE_CON_ACCESS_PIO',
        value: '0',
        brief: 'Registers are I/O ports',
        detail: 'x86 only; the absence of JAILHOUSE_CON_ACCESS_MMIO.',
        since: 9,
      },
      {
        name: 'JAILHOUSE_CON_ACCESS_MMIO',
        value: '0x1',
        brief: 'Registers are memory-mapped',
        detail: 'Always needed on ARM: the hypervisor prints nothing without it.',
        since: 9,
      },
      {
        name: 'JAILHOUSE_CON_REGDIST_1',
        value: '0',
        brief: 'Registers are 1 byte apart, accessed with 8 bits',
        detail: '8250 only; the absence of JAILHOUSE_CON_REGDIST_4.',
        since: 9,
      },
      {
        name: 'JAILHOUSE_CON_REGDIST_4',
        value: '0x2',
        brief: 'Registers are 4 bytes apart, accessed with 32 bits',
        detail: '8250 only.',
        since: 9,
      },
      {
        name: 'JAILHOUSE_CON_FB_1024x768',
        value: '0',
        brief: 'Framebuffer of 1024x768, 32 bits a pixel',
        detail: 'EFIFB only. Needs 0x300000 bytes.',
        since: 10,
      },
      {
        name: 'JAILHOUSE_CON_FB_1920x1080',
        value: '0x4',
        brief: 'Framebuffer of 1920x1080, 32 bits a pixel',
        detail: 'EFIFB only. Needs 0x7e9000 bytes.',
        since: 10,
      },
      {
        name: 'JAILHOUSE_CON_INVERTED_GATE',
        value: '0x1000',
        brief: 'A cleared bit opens the clock gate',
        detail: 'Turns round what is done to bit gate_nr of clock_reg.',
        since: 9,
      },
      {
        name: 'JAILHOUSE_CON_MDR_QUIRK',
        value: '0x2000',
        brief: 'The UART is enabled through its MDR register',
        detail: '8250 of TI, in inmates only.',
        since: 12,
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_debug_console.flags'],
    [
      formerly('_TYPE_UART_X86', '1', 'UART 8250 at I/O ports', 2, 3),
      formerly('_TYPE_MASK', '0xf', 'Bits that hold the type', 2, 3),
      formerly('_FLAG_PIO', '0x10', 'Registers are I/O ports', 2, 3),
      formerly('_FLAG_MMIO', '0x20', 'Registers are memory-mapped', 2, 3),
      formerly('1_TYPE_NONE', '0', 'No console', 3, 9),
      formerly('1_TYPE_UART_X86', '1', 'UART 8250 at I/O ports', 3, 3),
      formerly('1_TYPE_VGA', '1', 'VGA text mode', 3, 9),
      formerly('1_TYPE_8250', '2', 'UART 8250 or 16550', 3, 9),
      formerly('1_TYPE_PL011', '3', 'ARM PrimeCell UART', 3, 9),
      formerly('1_TYPE_XUARTPS', '4', 'Xilinx and Cadence UART', 3, 9),
      formerly('1_TYPE_MVEBU', '5', 'Marvell Armada 3700 UART', 6, 9),
      formerly('1_TYPE_HSCIF', '6', 'Renesas HSCIF', 7, 9),
      formerly('1_TYPE_SCIFA', '7', 'Renesas SCIFA', 8, 9),
      formerly('1_TYPE_IMX', '8', 'NXP i.MX UART', 8, 9),
      formerly('1_TYPE_MASK', '0xf', 'Bits that hold the type', 3, 9),
      formerly('1_FLAG_PIO', '0x10', 'Registers are I/O ports', 3, 3),
      formerly('1_FLAG_MMIO', '0x20', 'Registers are memory-mapped', 3, 3),
      formerly('1_ACCESS_PIO', '0', 'Registers are I/O ports', 4, 9),
      formerly('1_ACCESS_MMIO', '0x10', 'Registers are memory-mapped', 4, 9),
      formerly('1_REGDIST_1', '0', 'Registers are 1 byte apart', 4, 9),
      formerly('1_REGDIST_4', '0x20', 'Registers are 4 bytes apart', 4, 9),
      formerly('2_TYPE_ROOTPAGE', '0x100', 'The root cell may read the output too', 3, 9),
      formerly('2_TYPE_MASK', '0xf00', 'Bits that hold the second console', 3, 9),
    ],
  ),
]
