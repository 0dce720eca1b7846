import { type ConstantDoc, constantsOf, type FieldDoc, fieldsOf } from './doc.ts'

export const deviceFields: readonly FieldDoc[] = [
  ...fieldsOf('jailhouse_irqchip', [
    {
      field: 'address',
      type: '__u64',
      brief: 'Physical address of the interrupt controller',
      detail:
        'ARM: platform_info.arm.gicd_base; an entry with another address is ignored. x86: an IOAPIC, page aligned; its page is trapped in the cell.',
      follows: 'hypervisor/arch/arm-common/irqchip.c:irqchip_cell_init, hypervisor/arch/x86/ioapic.c:ioapic_cell_init',
    },
    {
      field: 'id',
      type: '__u32',
      brief: 'Source id of the IOAPIC',
      detail:
        'x86 with interrupt remapping: index of the IOMMU unit in bits 16 and up, source id (bus, device, function) in the low 16. Unused on ARM.',
      follows: 'hypervisor/arch/x86/ioapic.c:ioapic_translate_redir_entry',
    },
    {
      field: 'pin_base',
      type: '__u32',
      brief: 'Interrupt that bit 0 of pin_bitmap[0] stands for',
      detail:
        'ARM: an absolute GIC number, a multiple of 32, at most 896 (-EINVAL otherwise); the SPI number of a device tree is 32 less. x86: 0.',
      follows: 'hypervisor/arch/arm-common/irqchip.c:irqchip_cell_init',
    },
    {
      field: 'pin_bitmap',
      type: '__u32[4]',
      brief: 'Interrupts that belong to the cell',
      detail:
        'Bit b of word w is interrupt pin_base + 32 * w + b. To grant SPI s of the device tree, set bit (s + 32 - pin_base) % 32 of word (s + 32 - pin_base) / 32. The root cell does not receive them while the cell exists. Interrupts below 32 are granted to every cell and need no bit.',
      follows: 'hypervisor/arch/arm-common/irqchip.c:irqchip_cell_init',
    },
  ]),
  ...fieldsOf('jailhouse_cache', [
    {
      field: 'start',
      type: '__u32',
      brief: 'First bit of the cache mask',
      detail: 'Counted in ways of the L3 cache.',
      follows: 'hypervisor/arch/x86/cat.c:cat_cell_init',
    },
    {
      field: 'size',
      type: '__u32',
      brief: 'Number of bits of the cache mask',
      detail: 'Ways of the L3 cache, not bytes. start + size must not exceed what the CPU has (-EINVAL).',
      follows: 'hypervisor/arch/x86/cat.c:cat_cell_init',
    },
    {
      field: 'type',
      type: '__u8',
      brief: 'Cache that is partitioned',
      detail: 'Only JAILHOUSE_CACHE_L3 is accepted (-EINVAL otherwise).',
      follows: 'hypervisor/arch/x86/cat.c:cat_cell_init',
    },
    { field: 'padding', type: '__u8', brief: 'Unused', detail: 'Keeps flags aligned.' },
    {
      field: 'flags',
      type: '__u16',
      brief: 'Whether root keeps the ways',
      detail: '0 or JAILHOUSE_CACHE_ROOTSHARED.',
      follows: 'hypervisor/arch/x86/cat.c:cat_cell_init',
    },
  ]),
  ...fieldsOf('jailhouse_pio', [
    {
      field: 'base',
      type: '__u16',
      brief: 'First I/O port',
      detail: 'x86 only. Ports are taken from the root cell while the cell exists; those both had are handed back.',
      since: 11,
      follows: 'hypervisor/arch/x86/vcpu.c:vcpu_cell_init',
    },
    {
      field: 'length',
      type: '__u16',
      brief: 'Number of I/O ports',
      detail:
        'base + length must not exceed 0x10000. Ports 0xcf8 to 0xcff must stay out: direct access would bypass the moderation of PCI configuration.',
      since: 11,
      follows: 'hypervisor/arch/x86/vcpu.c:pio_allow_access',
    },
  ]),
]

export const deviceConstants: readonly ConstantDoc[] = [
  ...constantsOf(
    ['jailhouse_cache.type'],
    [
      { name: 'JAILHOUSE_CACHE_L3_CODE', value: '0x1', brief: 'L3 cache for code', detail: 'Refused alone.' },
      { name: 'JAILHOUSE_CACHE_L3_DATA', value: '0x2', brief: 'L3 cache for data', detail: 'Refused alone.' },
      {
        name: 'JAILHOUSE_CACHE_L3',
        value: '(JAILHOUSE_CACHE_L3_CODE | JAILHOUSE_CACHE_L3_DATA)',
        brief: 'L3 cache for code and data',
        detail: 'The only type the hypervisor accepts.',
      },
    ],
  ),
  ...constantsOf(
    ['jailhouse_cache.flags'],
    [
      {
        name: 'JAILHOUSE_CACHE_ROOTSHARED',
        value: '0x1',
        brief: 'The root cell keeps using these ways',
        detail: 'Otherwise they are taken from its mask.',
      },
    ],
  ),
  ...constantsOf(
    ['config.pio_regions'],
    [
      {
        name: 'PIO_RANGE',
        brief: 'A range of I/O ports: first port, number of ports',
        detail: 'Stands for one struct jailhouse_pio.',
        since: 11,
      },
    ],
  ),
  ...constantsOf(
    [],
    [
      {
        name: 'ARRAY_SIZE',
        brief: 'Number of elements of an array',
        detail: 'Use it for every count, so that counts follow the arrays. Not in the header before revision 10.',
        since: 10,
      },
    ],
  ),
]
