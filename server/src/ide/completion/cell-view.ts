import type { Reading } from '../../analyze.ts'
import { type CellConfig, cellOf, type SystemConfig } from '../../config/model.ts'

/** A value that nothing else in the system has, as people write it, and why it is proposed. */
export interface FreeValue {
  readonly text: string
  readonly detail: string
}

/** The system as one cell sees it. */
export interface CellView {
  readonly own: CellConfig
  readonly root: SystemConfig | undefined
  /** The cells that stand beside it in some scenario, root included. */
  readonly others: readonly CellConfig[]
}

export function cellView({ config, simulations }: Reading): CellView | undefined {
  if (!config) return undefined
  const own = cellOf(config)
  const all = new Set(simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  const root = config.kind === 'system' ? config : simulations[0]?.scenario.root
  return { own, root, others: [...all].filter(cell => cell !== own) }
}
