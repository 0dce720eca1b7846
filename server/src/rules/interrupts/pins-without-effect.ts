import { at, count } from '../places.ts'
import type { CellRule } from '../rule.ts'
import { FIRST_SPECIAL, FIRST_SPI, isArm, pinsOf } from './pins.ts'
import page from './pins-without-effect.md'

export const pinsWithoutEffect: CellRule = {
  kind: 'cell',
  code: 'JH402',
  id: 'pins-without-effect',
  title: 'A pin bitmap grants shared interrupts',
  severity: 'hint',
  constraints: ['irqchip-pins-below-32', 'irqchip-pins-1020', 'irqchip-pin-unset'],
  page,
  *check(cell) {
    for (const chip of cell.irqchips) {
      if (chip.address === 0n) continue
      const pins = pinsOf(chip)
      const low = pins.filter(pin => isArm(cell) && pin < FIRST_SPI)
      const high = pins.filter(pin => isArm(cell) && pin >= FIRST_SPECIAL)
      const message = low.length
        ? `${count(low.length, 'bit')} for interrupts below 32: every cell has its own, whatever is set here`
        : high.length
          ? `${count(high.length, 'bit')} for interrupts from 1020 on, which a GIC has no pins for`
          : pins.length === 0
            ? 'this entry grants no interrupt'
            : undefined
      if (message) yield { span: at(chip, 'pin_bitmap'), headline: message, key: `${chip.index}` }
    }
  },
}
