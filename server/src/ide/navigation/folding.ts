import type { Analysis } from '../../analyze.ts'
import { bracketsIn, branchFoldsIn, commentBlocksIn } from '../../c/raw/folds.ts'
import { selectionsAt } from '../../c/raw/selections.ts'
import { memoize } from '../../text/memo.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'

export interface Fold {
  readonly at: Span
  readonly kind: 'braces' | 'comment' | 'conditional'
}

/** What can be folded of the text as typed: half-typed files fold as far as their braces match. */
export const folds = ({ unit }: Analysis): readonly Fold[] => foldsOf(unit.main)

const foldsOf = memoize((file: SourceFile): readonly Fold[] => [
  ...bracketsIn(file).map(at => ({ at, kind: 'braces' as const })),
  ...branchFoldsIn(file).map(at => ({ at, kind: 'conditional' as const })),
  ...commentBlocksIn(file).map(at => ({ at, kind: 'comment' as const })),
])

/** What holds an offset, innermost first, each within the next. */
export const selections = ({ unit }: Analysis, offset: number): readonly Span[] => selectionsAt(unit.main, offset)
