import type { CellConfig, Irqchip } from '../../config/model.ts'
import type { Span } from '../../text/source-file.ts'
import { fixes, fixOf } from '../fixes/change.ts'
import { at } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import { grant } from './grant.ts'
import page from './pin-not-in-root.md'
import { FIRST_SPECIAL, FIRST_SPI, isArm, owns, pinsOf } from './pins.ts'

export const pinNotInRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH461',
  id: 'pin-not-in-root',
  title: 'An inmate takes interrupts that the root has',
  severity: 'warning',
  constraints: ['irqchip-pins-not-in-root'],
  complete: ['root.irqchips'],
  page,
  *check({ root, cells }) {
    const { root_cell, platform_info } = root
    if (!isArm(root_cell)) return
    for (const cell of cells)
      for (const chip of cell.irqchips.filter(({ address }) => address === platform_info.arm.gicd_base)) {
        const pins = pinsOf(chip).filter(pin => FIRST_SPI <= pin && pin < FIRST_SPECIAL && !owns(root_cell, pin))
        const [pin] = pins
        if (pin === undefined) continue
        yield {
          span: atPin(chip, pin),
          headline: `interrupt${pins.length === 1 ? '' : 's'} ${pins.join(', ')} of "${cell.name}" ${pins.length === 1 ? 'is' : 'are'} not the root's: the cell gets ${pins.length === 1 ? 'it' : 'them'}, and destroying the cell ${returned(root_cell, pins)}; grant ${pins.length === 1 ? 'it' : 'them'} to the root, or check the number`,
          key: pins.join(),
          ...fixes(
            pins.length === 1 ? fixOf(`Grant interrupt ${pin} to the root`, grant(root_cell, pin), false) : undefined,
          ),
        }
      }
  },
}

export const atPin = (chip: Irqchip, pin: number): Span => at(chip, `pin_bitmap[${(pin - chip.pin_base) >> 5}]`)

/** `irqchip_cell_exit` masks with entries of the root that cover the word; without any the root keeps what it gets. */
function returned(root: CellConfig, pins: readonly number[]): string {
  const isCovered = (pin: number) => root.irqchips.some(({ pin_base }) => pin_base <= pin && pin < pin_base + 128)
  return pins.every(isCovered) ? 'gives it to nobody' : 'gives the root what its configuration does not grant'
}
