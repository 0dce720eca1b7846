import type { CellConfig } from '../../config/model.ts'
import { isWritten } from '../../config/written.ts'
import type { Change } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { PINS_PER_CHIP } from './pins.ts'

/** Grants a cell an interrupt, in the entry that covers it, where its word is written. */
export function grant(cell: CellConfig, pin: number): Change | undefined {
  const chip = cell.irqchips.find(({ pin_base }) => pin_base <= pin && pin < pin_base + PINS_PER_CHIP)
  if (!chip) return undefined
  const word = (pin - chip.pin_base) >> 5
  const path = `pin_bitmap[${word}]`
  const first = chip.pin_base + 32 * word
  return isWritten(chip, path) ? addFlag(chip, path, `(1 << (${pin} - ${first}))`) : undefined
}
