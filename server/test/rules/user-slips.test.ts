import { describe, expect, test } from 'vitest'
import { desk, inmate, withGrammar } from '../project.ts'

withGrammar()

/** Findings of a file by their codes and headlines, hints aside, each with its help. */
const errorsOf = (text: string) =>
  desk({ 'cell.c': text })
    .analyze('cell.c')
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ rule, headline, help }) => ({ code: rule.code, headline, help }))

describe('a file that includes no header', () => {
  test('is errorsOf which one to include, once', () => {
    const without = inmate('inmate').replace('#include <jailhouse/cell-config.h>', '')
    const [first, ...more] = errorsOf(without)
    expect(first).toMatchObject({ code: 'JH101', help: 'add #include <jailhouse/cell-config.h>' })
    expect(more.filter(({ code }) => code === 'JH101' || code === 'JH142')).toEqual([])
  })
  test('unless it has it', () => {
    const other = inmate('inmate').replace('struct jailhouse_cell_desc', 'struct jailhouse_cells')
    expect(errorsOf(other).every(({ help }) => help !== 'add #include <jailhouse/cell-config.h>')).toBe(true)
  })
})

describe('shared-memory devices whose interrupts are not granted', () => {
  const devices =
    '{ .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = 0 << 3 }, { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = 1 << 3 },'
  const helpOf = (bits: string) =>
    desk({
      'cell.c': inmate(
        'cell',
        '.vpci_irq_base = 198 - 32, .num_irqchips = 1, .num_pci_devices = 2,',
        `.irqchips = { { .address = 0x1800000, .pin_base = 160, .pin_bitmap = { ${bits} } } }, .pci_devices = { ${devices} },`,
        'struct jailhouse_irqchip irqchips[1]; struct jailhouse_pci_device pci_devices[2];',
      ),
    })
      .analyze('cell.c')
      .findings.filter(({ rule }) => rule.code === 'JH420')
      .map(({ fixes }) => fixes?.[0]?.title)
  test('may have those that are', () => {
    expect(helpOf('0x60000000')).toEqual(['Set vpci_irq_base to 157'])
  })
  test('unless several are, or too few', () => {
    expect(helpOf('0x70000000')).toEqual([undefined])
    expect(helpOf('0x50000000')).toEqual([undefined])
  })
})
