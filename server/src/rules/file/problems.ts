import { spelledIn } from '../../c/problem.ts'
import type { Problem, ProblemKind, Unit } from '../../c/unit.ts'
import { firstRevisionWith, laterRevisionWith, sinceWhen } from '../../config/headers/first-revision.ts'
import { foreignLayout, includesHeader, isServedByBuiltin, restsOnHeader } from '../../config/headers/foreign-layout.ts'
import { memoize } from '../../text/memo.ts'
import type { Fix, RawFinding, Severity, UnitRule } from '../rule.ts'
import { renamedFault, renameOf } from './renames.ts'

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
    const { known, first } = explainedByHeader(unit)
    for (const problem of unit.problems) {
      if (!kinds.includes(problem.kind) || problem.span.file !== unit.main) continue
      if ((lacksHeader && isOfNames(problem)) || known.has(problem)) continue
      const fault = faultOf(suggest(problem), severity(problem, unit), unit)
      yield { ...fault, ...moreOf(problem, first, fault, unit) }
    }
  },
})

/** The compiler stops at an include it does not find: what the rest lacks may be declared there. */
const isHeaderMissing = ({ problems, main }: Unit): boolean =>
  problems.some(({ kind, span }) => kind === 'include-not-found' && span.file === main)

function moreOf(problem: Problem, first: Problem | undefined, { notes = [] }: RawFinding, unit: Unit) {
  if (problem === first) return { notes: [...notes, LACKS_TREE] }
  return !includesHeader(unit) && OF_HEADER.test(problem.message) ? { help: ADD_INCLUDE } : {}
}

const OF_HEADER = /\bstruct jailhouse_/

const ADD_INCLUDE = 'add #include <jailhouse/cell-config.h>'

const LACKS_TREE = 'no cell-config.h of a tree is at hand, and none of the built-in headers has it: that of a fork may'

/**
 * What the header of a tree that is not at hand may explain: all of it where that lays out the file in another way, else
 * all names that no built-in header has but the first.
 */
const explainedByHeader = memoize((unit: Unit): { readonly known: ReadonlySet<Problem>; readonly first?: Problem } => {
  if (foreignLayout(unit)) return { known: new Set(unit.problems.filter(restsOnHeader)) }
  if (!isServedByBuiltin(unit) || !includesHeader(unit)) return { known: new Set() }
  const [first, ...known] = unit.problems.filter(problem => restsOnHeader(problem) && isNameOfNone(problem))
  return { known: new Set(known), ...(first && { first }) }
})

const isNameOfNone = (problem: Problem): boolean =>
  isOfNames(problem) &&
  /^(struct|union) jailhouse_|^JAILHOUSE_/.test(problem.message) &&
  renameOf(spelledIn(problem)) === undefined &&
  firstRevisionWith(spelledIn(problem)) === undefined

/** Words that only an older `cell-config.h` declares. */
const OF_NAMES: readonly ProblemKind[] = ['unknown-field', 'undeclared', 'unknown-type']

const isOfNames = ({ kind }: Problem): boolean => OF_NAMES.includes(kind)

const faultOf = (problem: Problem, severity: Severity, unit: Unit): RawFinding =>
  (OF_NAMES.includes(problem.kind) && (renamedFault(problem) ?? newerFault(problem, severity, unit))) ||
  problemFault(problem, severity)

/** The fault for a name that no header in use has and that a later one brought: nothing else was meant. */
function newerFault(problem: Problem, severity: Severity, { files, main }: Unit): RawFinding | undefined {
  const headers = files.filter(file => file !== main)
  const first = laterRevisionWith(spelledIn(problem), headers)
  if (!first) return undefined
  return { span: problem.span, headline: problem.message, severity, notes: [sinceWhen(first)] }
}

const problemFault = (problem: Problem, severity: Severity): RawFinding => ({
  span: problem.span,
  headline: problem.message,
  severity,
  ...(problem.related && { related: problem.related.map(({ span: at, message }) => ({ span: at, text: message })) }),
  ...(problem.near !== undefined && !problem.suggestions && { help: `did you mean "${problem.near}"?` }),
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
