import type { Words } from '../text/message.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import type { CellConfig, SystemConfig } from './model.ts'

/** Why a root cell was chosen, in the words the status bar shows. */
export interface RootChoice {
  readonly uri: string
  readonly by: 'comment' | 'system' | 'pin' | 'prefix' | 'machine' | 'file'
  readonly reason: Words
  /** The name in the comment that chose it. */
  readonly span?: Span
}

/** One root and the cells that are loaded together with it, in the order they are created. */
export interface Scenario {
  readonly root: SystemConfig
  readonly cells: readonly CellConfig[]
  /** Whether a configuration says that `cells` run at the same time. Otherwise there is at most one cell. */
  readonly together: boolean
  /** The same as it is written, where the hypervisor reads something else by the counts. */
  readonly written?: Scenario
}

/** What the hypervisor reads of a root and cells. */
export function scenarioOf(root: SystemConfig, cells: readonly CellConfig[]): Scenario {
  const written = { root, cells, together: 1 < cells.length }
  if (!root.asRead && cells.every(({ asRead }) => !asRead)) return written
  return { ...written, root: root.asRead ?? root, cells: cells.map(cell => cell.asRead ?? cell), written }
}

/** The file a scenario is about: that of the inmate, or of a root alone. */
export const fileOf = ({ root, cells: [cell] }: Scenario): SourceFile => (cell ?? root).file

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
