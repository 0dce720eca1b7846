import { isArm } from '../../config/architecture.ts'
import type { CellConfig, Irqchip } from '../../config/model.ts'
import {
  chipFor,
  chipsTwice,
  FIRST_SPECIAL,
  FIRST_SPI,
  misplacedChip,
  owns,
  pinsOf,
  wordPath,
} from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import type { Span } from '../../text/source-file.ts'
import type { ScenarioRule } from '../rule.ts'
import { grant } from './grant.ts'
import page from './pin-not-in-root.md'
import { named } from './words.ts'

export const pinNotInRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH461',
  id: 'pin-not-in-root',
  title: 'Interrupt not granted to the root cell',
  severity: 'warning',
  constraints: ['irqchip-pins-not-in-root'],
  complete: ['root.irqchips'],
  page,
  *check({ root, cells }) {
    const { root_cell, platform_info } = root
    // Which interrupts a root is meant to have of which two entries have the same is not known (JH403).
    if (!isArm(root_cell) || chipsTwice(root_cell).length > 0) return
    for (const cell of cells) {
      // An entry that grants other interrupts than the devices of its cell raise is charged there (JH420).
      const misplaced = misplacedChip(cell)?.chip
      for (const chip of cell.irqchips.filter(({ address }) => address === platform_info.arm?.gicd_base)) {
        if (chip === misplaced) continue
        const pins = pinsOf(chip).filter(pin => FIRST_SPI <= pin && pin < FIRST_SPECIAL && !owns(root_cell, pin))
        const [pin] = pins
        if (pin === undefined) continue
        yield {
          span: atPin(chip, pin),
          headline: `${named(pins)} ${pins.length === 1 ? 'is' : 'are'} not granted to the root cell`,
          notes: [returned(root_cell, pins)],
          ...(pins.length > 1 && { help: 'grant them to the root cell, or check the numbers' }),
          key: pins.join(),
          ...fixes(
            pins.length === 1
              ? fixOf(`Grant interrupt ${pin} to the root cell`, grant(root_cell, pin), false)
              : undefined,
          ),
        }
      }
    }
  },
}

export const atPin = (chip: Irqchip, pin: number): Span => at(chip, wordPath(chip, pin))

/** `irqchip_cell_exit` masks with entries of the root that cover the word; without any the root keeps what it gets. */
function returned(root: CellConfig, pins: readonly number[]): string {
  const isCovered = (pin: number) => chipFor(root, pin) !== undefined
  return pins.every(isCovered)
    ? 'this cell gets them without a check; after destroy no cell has them'
    : 'this cell gets them without a check; destroy passes them to the root cell, which is not granted them'
}
