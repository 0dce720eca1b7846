import type { Analysis } from '../../analyze.ts'
import type { Edit } from '../../text/source-file.ts'
import type { NodePath } from '../node-path.ts'

/** A change of the text that keeps its bytes, or changes them as its title says. */
export interface Refactoring {
  readonly title: string
  readonly kind: 'rewrite' | 'extract' | 'inline'
  readonly edits: readonly Edit[]
  /** Touches more files than the one at hand: an editor that can asks before it does. */
  readonly acrossFiles?: boolean
}

/** Where somebody stands with the wish to change something. */
export interface RefactorContext {
  readonly analysis: Analysis
  readonly path: NodePath
  readonly offset: number
}
