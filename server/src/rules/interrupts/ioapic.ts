import { at, atElement } from '../../config/places.ts'
import { isAligned } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './ioapic.md'

/** A page of `struct cell_ioapic`, 48 bytes each. */
const MAX_CHIPS = 85

export const ioapic: CellRule = {
  kind: 'cell',
  code: 'JH430',
  id: 'ioapic',
  title: 'Misplaced or duplicate IOAPIC',
  severity: 'error',
  constraints: ['irqchip-x86-count', 'irqchip-x86-address'],
  page,
  *check(cell) {
    if (cell.architecture !== 'x86') return
    const array = arrayOf(cell, 'irqchips')
    if (array && array.length > MAX_CHIPS)
      yield {
        span: atElement(array, MAX_CHIPS),
        headline: `the cell has ${array.length} IOAPICs, but ${MAX_CHIPS} are the maximum`,
        notes: ['ioapic_cell_init fails with -ERANGE'],
        key: 'count',
      }
    for (const [i, chip] of cell.irqchips.entries()) {
      const twin = cell.irqchips.slice(0, i).find(({ address }) => address === chip.address)
      if (!isAligned(chip.address))
        yield {
          span: at(chip, 'address'),
          headline: `IOAPIC address ${hex(chip.address)} is not page-aligned`,
          notes: ['the hypervisor accesses the registers at the start of the page'],
          key: `${chip.index}`,
        }
      else if (twin)
        yield {
          span: at(chip, 'address'),
          headline: `the IOAPIC at ${hex(chip.address)} is listed twice`,
          related: [{ span: at(twin, 'address'), text: `irqchip ${twin.index}` }],
          key: `${chip.index}`,
        }
    }
  },
}
