import type { CellConfig } from '../../config/model.ts'
import { chipFor, wordPath } from '../../config/pins.ts'
import { isWritten } from '../../config/written.ts'
import type { Change } from '../../edit/change.ts'
import { addPins } from '../../edit/pins.ts'

/** Grants a cell an interrupt, in the entry that covers it, where its word is written. */
export function grant(cell: CellConfig, pin: number): Change | undefined {
  const chip = chipFor(cell, pin)
  return chip && isWritten(chip, wordPath(chip, pin)) ? addPins(cell, [pin]) : undefined
}
