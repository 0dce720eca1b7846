import type { Problem, ProblemKind } from '../../c/unit.ts'
import type { Fault, Fix, Severity, UnitRule } from '../rule.ts'

/** A rule that hands on what the compiler would say of the file itself; `header-problem` tells the rest. */
export const problemRule = (
  kinds: readonly ProblemKind[],
  rule: Omit<UnitRule, 'kind' | 'check' | 'covers'> & Partial<Pick<UnitRule, 'covers'>>,
  severity: (problem: Problem) => Severity = problem => problem.severity,
): UnitRule => ({
  kind: 'unit',
  covers: [],
  ...rule,
  *check(unit) {
    for (const problem of unit.problems)
      if (kinds.includes(problem.kind) && problem.at.file === unit.main) yield faultOf(problem, severity(problem))
  },
})

const faultOf = (problem: Problem, severity: Severity): Fault => ({
  at: problem.at,
  message: problem.message,
  severity,
  ...(problem.related && { related: problem.related }),
  ...fixesOf(problem),
})

/** Suggestions for the file itself; a header is not the place to repair a configuration. */
function fixesOf({ at, suggestions = [] }: Problem): { readonly fixes?: readonly Fix[] } {
  const own = suggestions.filter(suggestion => suggestion.at.file === at.file)
  return own.length ? { fixes: own.map(asFix) } : {}
}

const asFix = ({ title, at, text }: NonNullable<Problem['suggestions']>[number], index: number): Fix => ({
  title,
  edits: [{ at, text }],
  preferred: index === 0,
})
