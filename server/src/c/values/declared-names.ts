import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import type { SyntaxNode } from '../parse/grammar.ts'
import type { Declared } from './declarator.ts'
import { type EvalContext, report, type Scope } from './scope.ts'
import { type CType, isUndefined, typeName, VOID } from './types.ts'

/** The three kinds of names that share one space in C. */
type NameKind = 'objects' | 'typedefs' | 'constants'

const NAME_KINDS: readonly (readonly [NameKind, string])[] = [
  ['objects', 'an object'],
  ['typedefs', 'a type'],
  ['constants', 'an enumerator'],
]

/** Tells of a name that is declared before as something of another kind. */
export function reportClash(name: string, at: SyntaxNode, kind: NameKind, context: EvalContext): void {
  const other = NAME_KINDS.find(([each]) => each !== kind && context.scope[each].has(name))
  if (other) report(context, at, 'declaration', `"${name}" is declared before as ${other[1]}`)
}

/** Tells of a tag that is declared before as another kind of type. */
export function reportTagClash(kind: 'struct' | 'union' | 'enum', name: SyntaxNode, context: EvalContext): void {
  const other = ['struct', 'union', 'enum'].find(
    each => each !== kind && context.scope.tags.has(`${each} ${name.text}`),
  )
  if (other) report(context, name, 'declaration', `"${name.text}" is declared before as ${other} ${name.text}`)
}

/**
 * Tells of an object that cannot be defined, for want of a size. Answers its place where only the end of the file says
 * so: what has no initializer may have its type defined later.
 */
export function incompleteAt(
  { type, nameAt, name = '' }: Declared,
  { isExtern, hasValue }: { readonly isExtern: boolean; readonly hasValue: boolean },
  { scope }: EvalContext,
): Span | undefined {
  const span = primarySpan(nameAt)
  if (type === VOID && !isExtern) pushProblem(scope, span, `"${name}" is declared void`)
  const element = elementOf(type)
  if (isExtern || !isUndefined(element)) return undefined
  if (!hasValue && type.kind !== 'array') return span
  if (lacksFile(scope)) return undefined
  scope.undefinedTypes.add(typeName(element))
  pushProblem(scope, span, `"${name}" has the type ${typeName(element)}, which is not defined before`)
  return undefined
}

/** Objects whose type nobody has defined by the end of the file. */
export function reportTentative(scope: Scope): void {
  if (lacksFile(scope)) return
  for (const [name, { type, tentativeAt }] of scope.objects.current)
    if (tentativeAt && isUndefined(scope.tags.get(typeName(type)) ?? type))
      pushProblem(scope, tentativeAt, `"${name}" has the type ${typeName(type)}, which is defined nowhere`)
}

/** What a file that is not there would have declared is its problem. */
export const lacksFile = ({ problems }: Scope): boolean => problems.some(({ kind }) => kind === 'include-not-found')

export const elementOf = (type: CType): CType => (type.kind === 'array' ? elementOf(type.element) : type)

const pushProblem = ({ problems }: Scope, span: Span, message: string): void => {
  problems.push({ kind: 'declaration', span, message, severity: 'error' })
}
