import { isArm } from '../../config/architecture.ts'
import { irqBits, pinsPerChip } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import type { CellRule } from '../rule.ts'
import page from './pin-base.md'

/** `irqchip_cell_init` and `ioapic_cell_init` refuse what they cannot index. */
export const pinBase: CellRule = {
  kind: 'cell',
  code: 'JH401',
  id: 'pin-base',
  title: 'Invalid pin_base',
  severity: 'error',
  constraints: ['irqchip-pin-base', 'irqchip-x86-pin-base'],
  page,
  *check(cell) {
    for (const chip of cell.irqchips) {
      const { pin_base } = chip
      const last = irqBits(cell) - pinsPerChip(chip)
      if (cell.architecture === 'x86' && pin_base !== 0)
        yield {
          span: at(chip, 'pin_base'),
          headline: `pin_base ${pin_base} is not supported: the pins of an IOAPIC start at 0`,
          notes: ['ioapic_cell_init fails with -EINVAL'],
          key: `${chip.index}`,
        }
      if (isArm(cell) && (pin_base % 32 !== 0 || last < pin_base))
        yield {
          span: at(chip, 'pin_base'),
          headline:
            pin_base % 32 === 0
              ? `pin_base ${pin_base} is out of range: the maximum is ${last}`
              : `pin_base ${pin_base} is not a multiple of 32`,
          notes: ['irqchip_cell_init fails with -EINVAL', 'pin_base is an interrupt number: that of an SPI plus 32'],
          key: `${chip.index}`,
        }
    }
  },
}
