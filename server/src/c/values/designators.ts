import type { SyntaxNode } from '../parse/grammar.ts'
import { closest } from '../recover/closest.ts'
import { integerConstant } from './constant-expression.ts'
import type { Braces, Designator, Element } from './elements.ts'
import { isAggregate, isStruct } from './initializer-cell.ts'
import { didYouMean, type EvalContext, report } from './scope.ts'
import { type CType, memberPaths, pathTo, type StructType, typeName } from './types.ts'

/** The indices a designator goes down by, several for a member of an anonymous struct; `first`: where its range begins. */
export interface SubobjectPath {
  readonly path: readonly number[]
  readonly first?: number
}

export function pathOf(
  designator: Designator,
  type: CType,
  context: EvalContext,
  list: Braces,
): SubobjectPath | undefined {
  if (designator.name !== undefined) return pathToField(designator, designator.name, type, context, list)
  const first = designator.first && integerConstant(designator.first, context)
  const last = designator.last ? integerConstant(designator.last, context) : first
  if (!first || !last) return undefined
  if (type.kind !== 'array') return report(context, designator, 'array-index', `${typeName(type)} is not an array`)
  const length = type.length === undefined ? BigInt(MAX_RANGE_ELEMENTS) : BigInt(type.length)
  if (first.value < 0n || length <= last.value)
    return report(context, designator, 'array-index', `index ${last.value} is out of range for ${typeName(type)}`)
  if (last.value < first.value) return report(context, designator, 'array-index', 'empty index range')
  if (last.value === first.value) return { path: [Number(last.value)] }
  if (!hasRoom(context, Number(last.value - first.value)))
    return report(context, designator, 'array-index', 'index range is too long')
  return { path: [Number(last.value)], first: Number(first.value) }
}

/** Array elements the ranges of one list may write. */
export const MAX_RANGE_ELEMENTS = 1 << 17

/** Takes what a range writes out of what the ranges of a file may write altogether. */
export function hasRoom({ scope }: EvalContext, count: number): boolean {
  if (scope.ranges.left < count) return false
  scope.ranges.left -= count
  return true
}

function pathToField(
  designator: Designator,
  name: string,
  type: CType,
  context: EvalContext,
  list: Braces,
): SubobjectPath | undefined {
  if (!isStruct(type))
    return report(context, designator, 'unknown-field', `${typeName(type)} has no members, so no "${name}"`)
  const found = pathTo(type, name)
  if (found) return found
  if (!context.scope.undefinedTypes.has(typeName(type))) reportUnknownField(designator, name, type, context)
  const path = guess(designator, name, type, list.elements)
  return path && { path }
}

/** In a longer list nobody guesses. */
const MAX_SIBLINGS = 1000

/**
 * The member a half-typed name may stand for: the closest one that nobody else names, or for braces the only list left
 * over. Several names that no member answers to are those of another header, and no slips.
 */
function guess(
  designator: Designator,
  name: string,
  type: StructType,
  siblings: readonly Element[],
): readonly number[] | undefined {
  if (MAX_SIBLINGS < siblings.length) return undefined
  const members = memberPaths(type)
  const names = new Set(members.map(({ member }) => member.name ?? ''))
  const taken = new Set(siblings.map(({ designators }) => designators[0]?.name))
  const free = members.filter(({ member }) => !taken.has(member.name ?? '') || member.name === '')
  const freeNames = free.flatMap(({ member }) => member.name ?? [])
  const [near] = closest(name, freeNames)
  const unknown = siblings.filter(({ designators: [first] }) => first?.name !== undefined && !names.has(first.name))
  const rivals = unknown.filter(({ designators: [first] }) => first !== designator)
  if (near !== undefined)
    return rivals.some(({ designators: [first] }) => closest(first?.name ?? '', freeNames)[0] === near)
      ? undefined
      : pathTo(type, near)?.path
  const own = siblings.find(({ designators: [first] }) => first === designator)
  if (rivals.length > 0 || !own?.list) return undefined
  const lists = free.filter(({ member }) => isAggregate(member.type))
  return (lists.find(({ member }) => member.name === '') ?? (lists.length === 1 ? lists[0] : undefined))?.path
}

function reportUnknownField(designator: Designator, name: string, type: StructType, context: EvalContext): undefined {
  const names = memberPaths(type).flatMap(({ member }) => member.name ?? [])
  const node = { start: designator.end - 1, end: designator.end, text: name } as SyntaxNode
  report(
    context,
    node,
    'unknown-field',
    name === '' ? 'expected the name of a member after "."' : `${typeName(type)} has no member "${name}"`,
    didYouMean(context, node, names),
  )
}
