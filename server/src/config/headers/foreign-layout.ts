import { inBlanks, spelledLike, spelledTokens } from '../../c/raw/spellings.ts'
import { editDistance } from '../../c/recover/closest.ts'
import { asStruct, type Problem, type Unit } from '../../c/unit.ts'
import { type CType, memberPaths } from '../../c/values/types.ts'
import { memoize } from '../../text/memo.ts'
import { type SourceFile, type Span, textOf } from '../../text/source-file.ts'
import { isBuiltin } from './builtin-uri.ts'
import { firstRevisionWith } from './first-revision.ts'
import { revisionRange } from './guess.ts'
import { revisions } from './revisions.ts'

/** What shows that a file was written for a header that is not at hand, and that no built-in one stands for. */
export interface ForeignLayout {
  readonly span: Span
  /** Fit to follow "layout unknown:". */
  readonly sign: string
}

/**
 * Whether the built-in headers that serve a file do not lay out what it holds: a descriptor has members that none of them
 * has, an array is of a struct that none of them has, or it has neither signature nor revision and says nothing newer. What
 * rests on the layout cannot be said then. Undefined where the layout is known or a tree's own header serves.
 */
export const foreignLayout = memoize((unit: Unit): ForeignLayout | undefined => {
  if (!isServedByBuiltin(unit) || !includesHeader(unit)) return undefined
  return signOfMember(unit) ?? signOfStruct(unit) ?? signOfAge(unit)
})

/** Whether a file names the header that declares the structs of a configuration. */
export const includesHeader = ({ includes }: Unit): boolean =>
  includes.some(({ name }) => name.endsWith('cell-config.h'))

/** Whether the built-in `cell-config.h` serves a file, for lack of a tree's own. */
export const isServedByBuiltin = ({ files }: Unit): boolean =>
  files.some(({ uri }) => isBuiltin(uri) && uri.endsWith('/jailhouse/cell-config.h'))

function signOfMember(unit: Unit): ForeignLayout | undefined {
  for (const problem of unit.problems) {
    const { kind, span, message } = problem
    const [, struct, member = ''] = OF_DESCRIPTOR.exec(message) ?? []
    if (kind !== 'unknown-field' || !struct || span.file !== unit.main || isSlip(problem, member, 2)) continue
    const type = unit.types.get(`struct ${struct}`)
    if (firstRevisionWith(member) || (type && isBegun(member, type))) continue
    return { span, sign: `no built-in header has ${struct}.${member}` }
  }
  return undefined
}

const OF_DESCRIPTOR = /^struct (jailhouse_cell_desc|jailhouse_system) has no member "(\w+)"$/

/** Whether a name is, but for `most` letters, one that the header has and the file does not use besides: mistyped. */
function isSlip({ span, near }: Problem, name: string, most = 1): boolean {
  if (near === undefined || differsInDigits(name, near)) return false
  if (hasSameLetters(name, near)) return true
  if (most < editDistance(name, near, most)) return false
  return name.startsWith('JAILHOUSE_') || spelledLike(spelled(span.file), `. ${near}`) === undefined
}

/** Letters that changed places or are capitals: no two members differ by that alone. */
const hasSameLetters = (a: string, b: string): boolean => sortedLetters(a) === sortedLetters(b)

const sortedLetters = (name: string): string => [...name.toLowerCase()].sort().join('')

const spelled = memoize((file: SourceFile) => inBlanks(spelledTokens(file)))

/** As names do of which there is one for each version or kind of a thing. */
const differsInDigits = (a: string, b: string): boolean => a.replaceAll(/\d+/g, '') === b.replaceAll(/\d+/g, '')

/** A name that is still being typed. */
const isBegun = (name: string, type: CType): boolean => {
  const struct = asStruct(type)
  return struct !== undefined && memberPaths(struct).some(({ member }) => member.name?.startsWith(name))
}

/** Arrays of structs that the file takes for declared. */
function signOfStruct({ problems, main }: Unit): ForeignLayout | undefined {
  for (const problem of problems) {
    const tag = OF_STRUCT.exec(problem.message)?.[1]
    if (problem.kind !== 'declaration' || !tag || problem.span.file !== main || isSlip(problem, tag)) continue
    return { span: problem.span, sign: `no built-in header has struct ${tag}` }
  }
  return undefined
}

const OF_STRUCT = /struct (jailhouse_\w+),? (?:which )?is not defined before$/

/** Configurations had no signature before November 2016, in several layouts that are not built in. */
function signOfAge({ main, includes }: Unit): ForeignLayout | undefined {
  const text = spelled(main)
  const says = (...words: string[]) => words.some(word => spelledLike(text, word) !== undefined)
  if (says('. signature', '. revision') || !says('. cpu_set_size', '. num_memory_regions')) return undefined
  if (revisionRange(main).oldest < revisions.length - 1) return undefined
  const include = includes.find(({ name, span }) => name.endsWith('cell-config.h') && span.file === main)
  const span = include?.span ?? { file: main, start: 0, end: 0 }
  return { span, sign: 'without signature and revision it is older than the built-in headers' }
}

/** Problems of names and layout, which a header that is not at hand may explain. */
export const restsOnHeader = (problem: Problem): boolean =>
  OF_LAYOUT.includes(problem.kind) || (OF_NAMES.includes(problem.kind) && !isSlip(problem, textOf(problem.span)))

const OF_LAYOUT: readonly Problem['kind'][] = ['value-truncated', 'string-truncated', 'excess-elements', 'not-constant']
const OF_NAMES: readonly Problem['kind'][] = ['unknown-field', 'undeclared', 'unknown-type', 'declaration']
