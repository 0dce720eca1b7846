import type { CellConfig } from '../../config/model.ts'
import { chipFor, wordOf, wordPath } from '../../config/pins.ts'
import { isWritten } from '../../config/written.ts'
import type { Change } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'

/** Grants a cell an interrupt, in the entry that covers it, where its word is written. */
export function grant(cell: CellConfig, pin: number): Change | undefined {
  const chip = chipFor(cell, pin)
  if (!chip) return undefined
  const path = wordPath(chip, pin)
  const first = chip.pin_base + 32 * wordOf(chip, pin)
  return isWritten(chip, path) ? addFlag(chip, path, `(1 << (${pin} - ${first}))`) : undefined
}
