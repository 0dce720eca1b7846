import type { CellConfig } from '../config/model.ts'
import type { Scenario } from '../config/scenario.ts'

export interface CellPair {
  readonly first: CellConfig
  /** Created after `first`. */
  readonly second: CellConfig
}

/** Every two inmates that run beside each other. Siblings that are alternatives never meet. */
export function* neighbours({ cells, together }: Scenario): Iterable<CellPair> {
  if (!together) return
  for (const [i, first] of cells.entries()) for (const second of cells.slice(i + 1)) yield { first, second }
}
