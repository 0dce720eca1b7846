import { isAligned } from '../../config/ranges.ts'
import { arrayOf, at, atElement, hex } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './ioapic.md'

/** A page of `struct cell_ioapic`, 48 bytes each. */
const MOST = 85

export const ioapic: CellRule = {
  kind: 'cell',
  code: 'JH430',
  id: 'ioapic',
  title: 'IOAPICs lie at pages of their own',
  severity: 'error',
  constraints: ['irqchip-x86-count', 'irqchip-x86-address'],
  page,
  *check(cell) {
    if (cell.architecture !== 'x86') return
    const array = arrayOf(cell, 'irqchips')
    if (array && array.length > MOST)
      yield {
        span: atElement(array, MOST),
        headline: `a cell has at most ${MOST} IOAPICs, not ${array.length}: refused with ERANGE`,
        key: 'count',
      }
    for (const [i, chip] of cell.irqchips.entries()) {
      const twin = cell.irqchips.slice(0, i).find(({ address }) => address === chip.address)
      if (!isAligned(chip.address))
        yield {
          span: at(chip, 'address'),
          headline: `the IOAPIC at ${hex(chip.address)} does not begin a page: its registers are looked for at the page's start`,
          key: `${chip.index}`,
        }
      else if (twin)
        yield {
          span: at(chip, 'address'),
          headline: `irqchips ${twin.index} and ${chip.index} are the same IOAPIC at ${hex(chip.address)}`,
          related: [{ span: at(twin, 'address'), text: `irqchip ${twin.index}` }],
          key: `${chip.index}`,
        }
    }
  },
}
