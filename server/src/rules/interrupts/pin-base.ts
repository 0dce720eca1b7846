import { at } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './pin-base.md'
import { isArm, PINS_PER_CHIP } from './pins.ts'

/** `irqchip_cell_init` and `ioapic_cell_init` refuse what they cannot index. */
export const pinBase: CellRule = {
  kind: 'cell',
  code: 'JH401',
  id: 'pin-base',
  title: 'pin_base is one the interrupt controller has',
  severity: 'error',
  constraints: ['irqchip-pin-base', 'irqchip-x86-pin-base'],
  page,
  *check(cell) {
    for (const chip of cell.irqchips) {
      const { pin_base } = chip
      if (cell.architecture === 'x86' && pin_base !== 0)
        yield {
          span: at(chip, 'pin_base'),
          headline: `pin_base is ${pin_base}, but an IOAPIC begins at pin 0: refused with EINVAL`,
          key: `${chip.index}`,
        }
      if (isArm(cell) && (pin_base % 32 !== 0 || pin_base + PINS_PER_CHIP > 1024))
        yield {
          span: at(chip, 'pin_base'),
          headline:
            pin_base % 32 === 0
              ? `pin_base ${pin_base} ends at ${pin_base + PINS_PER_CHIP}, past the 1024 interrupts of a GIC: refused with EINVAL; the last one possible is 896`
              : `pin_base ${pin_base} is not a multiple of 32: refused with EINVAL; it is an interrupt number, an SPI's plus 32`,
          key: `${chip.index}`,
        }
    }
  },
}
