import { isArm } from '../../config/architecture.ts'
import { chipsTwice } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import type { SystemRule } from '../rule.ts'
import page from './root-words.md'

/** `irqchip_cell_exit` masks the returned pins with every entry of the root that covers their word. */
export const rootWords: SystemRule = {
  kind: 'system',
  code: 'JH403',
  id: 'root-words',
  title: 'Overlapping irqchip entries of the root cell',
  severity: 'warning',
  constraints: ['irqchip-root-word-overlap'],
  page,
  *check({ root_cell }) {
    if (!isArm(root_cell)) return
    for (const [other, chip] of chipsTwice(root_cell))
      yield {
        span: at(chip, 'pin_base'),
        headline: `interrupts from ${Math.max(chip.pin_base, other.pin_base)} on are in irqchips ${other.index} and ${chip.index}`,
        notes: ['irqchip_cell_exit returns only those set in both to the root cell when an inmate is destroyed'],
        help: 'merge the two entries',
        related: [{ span: at(other, 'pin_base'), text: `irqchip ${other.index} begins at ${other.pin_base}` }],
        key: `${other.pin_base} ${chip.pin_base}`,
      }
  },
}
