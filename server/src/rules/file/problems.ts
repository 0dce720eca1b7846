import type { Problem, ProblemKind, Unit } from '../../c/unit.ts'
import type { Fix, RawFinding, Severity, UnitRule } from '../rule.ts'
import { renamedFault } from './renames.ts'

/** A rule that hands on what the compiler would say of the file itself; `header-problem` tells the rest. */
export const problemRule = (
  kinds: readonly ProblemKind[],
  rule: Omit<UnitRule, 'kind' | 'check' | 'constraints'> & Partial<Pick<UnitRule, 'constraints'>>,
  severity: (problem: Problem, unit: Unit) => Severity = problem => problem.severity,
  /** What may have been meant, where the compiler does not know. */
  suggest: (problem: Problem) => Problem = problem => problem,
): UnitRule => ({
  kind: 'unit',
  constraints: [],
  ...rule,
  *check(unit) {
    const lacksHeader = isHeaderMissing(unit)
    for (const problem of unit.problems)
      if (kinds.includes(problem.kind) && problem.span.file === unit.main && !(lacksHeader && isOfNames(problem)))
        yield faultOf(suggest(problem), severity(problem, unit))
  },
})

/** The compiler stops at an include it does not find: what the rest lacks may be declared there. */
const isHeaderMissing = ({ problems, main }: Unit): boolean =>
  problems.some(({ kind, span }) => kind === 'include-not-found' && span.file === main)

/** Words that only an older `cell-config.h` declares. */
const OF_NAMES: readonly ProblemKind[] = ['unknown-field', 'undeclared', 'unknown-type']

const isOfNames = ({ kind }: Problem): boolean => OF_NAMES.includes(kind)

const faultOf = (problem: Problem, severity: Severity): RawFinding =>
  (OF_NAMES.includes(problem.kind) && renamedFault(problem)) || problemFault(problem, severity)

const problemFault = (problem: Problem, severity: Severity): RawFinding => ({
  span: problem.span,
  headline: problem.message,
  severity,
  ...(problem.related && { related: problem.related.map(({ span: at, message }) => ({ span: at, text: message })) }),
  ...fixesOf(problem),
})

/** Suggestions for the file itself; a header is not the place to repair a configuration. */
function fixesOf({ span: at, suggestions = [] }: Problem): { readonly fixes?: readonly Fix[] } {
  const own = suggestions.filter(suggestion => suggestion.span.file === at.file)
  return own.length ? { fixes: own.map(asFix) } : {}
}

const asFix = ({ title, span: at, text }: NonNullable<Problem['suggestions']>[number], index: number): Fix => ({
  title,
  edits: [{ span: at, text }],
  preferred: index === 0,
})
