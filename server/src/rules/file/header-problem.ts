import type { Include, Problem, Unit } from '../../c/unit.ts'
import { includeBefore } from '../../edit/includes.ts'
import { addTo } from '../../text/groups.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { count } from '../../text/words.ts'
import type { Fix, RawFinding, UnitRule } from '../rule.ts'
import page from './header-problem.md'

/** The words a header of Jailhouse uses without declaring them. */
const FIXED_WIDTH = /"_{0,2}[us](8|16|32|64)"/

/** What is wrong in an included file, reported once, where the configuration includes it. */
export const headerProblem: UnitRule = {
  kind: 'unit',
  code: 'JH112',
  id: 'header-problem',
  title: 'Problem in an included file',
  severity: 'error',
  constraints: [],
  page,
  *check(unit) {
    for (const [include, problems] of byInclude(unit)) yield faultOf(include, problems)
  },
}

/** Problems of other files by the include of the configuration that brought them in, directly or through others. */
function byInclude(unit: Unit): ReadonlyMap<Include, readonly Problem[]> {
  const byFile = new Map<SourceFile, Problem[]>()
  for (const problem of unit.problems) if (problem.span.file !== unit.main) addTo(byFile, problem.span.file, problem)
  const firstOf = new Map(unit.includes.toReversed().map(include => [include.file, include]))
  const groups = new Map<Include, Problem[]>()
  for (const [file, problems] of byFile) {
    const include = outermost(file, unit, firstOf)
    if (include) for (const problem of problems) addTo(groups, include, problem)
  }
  return groups
}

function outermost(
  file: SourceFile,
  { main }: Unit,
  firstOf: ReadonlyMap<Include['file'], Include>,
): Include | undefined {
  const seen = new Set<Include>()
  let include = firstOf.get(file)
  while (include && include.span.file !== main && !seen.has(include)) {
    seen.add(include)
    include = firstOf.get(include.span.file)
  }
  return include
}

function faultOf(include: Include, problems: readonly Problem[]): RawFinding {
  const [first] = problems as [Problem, ...Problem[]]
  const lacksTypes = FIXED_WIDTH.test(first.message)
  const words = isNamedAsC(first.span.file) ? first.message : 'it does not read as C'
  return {
    span: include.span,
    headline: lacksTypes
      ? `${include.name} uses undeclared types`
      : `${count(problems.length, 'problem')} in ${include.name}`,
    notes: [lacksTypes ? `gcc refuses the file: ${word(first)} is the first of them` : `the first: ${words}`],
    severity: problems.some(({ severity }) => severity === 'error') ? 'error' : 'warning',
    related: [{ span: first.span, text: words }],
    ...(lacksTypes && { fixes: [includeTypes(include)] }),
  }
}

/** A configuration can include any file, such as one of passwords; what that says is not quoted. */
const isNamedAsC = ({ uri }: SourceFile): boolean => /\.(h|c|hpp|inc|def)$/.test(uri)

const word = ({ message }: Problem): string => FIXED_WIDTH.exec(message)?.[0] ?? ''

const includeTypes = (include: Include): Fix => ({
  title: 'Include <jailhouse/types.h> first',
  edits: [includeBefore(include, '<jailhouse/types.h>')],
  preferred: true,
})
