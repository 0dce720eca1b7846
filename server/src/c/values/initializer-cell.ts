import { memoize } from '../../text/memo.ts'
import type { Origin } from '../../text/origin.ts'
import { type CType, memberPaths, type StructType } from './types.ts'
import { type FieldValue, type IntValue, type UnknownValue, type Value, ZERO } from './value.ts'

/** A subobject while its initializer is read. What nobody writes is never made. */
export interface InitializerCell {
  readonly type: CType
  /** What it is as a whole: a scalar, or the copy of another object. */
  scalar?: Value | undefined
  /** By member index or array index, with holes. Of a union only the member last written. */
  parts?: (InitializerCell | undefined)[] | undefined
  /** Stands at several indices at once, and so is not written to. */
  shared?: boolean
  origin?: Origin | undefined
  designator?: Origin | undefined
  /** Width of a bit-field in bits. */
  width?: number | undefined
  text?: string | undefined
  /** Elements were written for which it has no room. */
  overfull?: boolean
}

export const newCell = (type: CType): InitializerCell => ({
  type,
  scalar: undefined,
  parts: undefined,
  origin: undefined,
  designator: undefined,
  width: undefined,
})

/** A scalar that may stand at several indices. */
export const sharedScalar = (scalar: IntValue): InitializerCell => ({ ...newCell(scalar.type), scalar, shared: true })

export const isWritten = (cell: InitializerCell): boolean => cell.scalar !== undefined || cell.parts !== undefined

/** How many subobjects can be written in order; Infinity where the initializer decides. */
export function countOf(type: CType): number {
  if (type.kind === 'array') return type.length ?? Number.POSITIVE_INFINITY
  if (type.kind === 'struct') return type.members.length
  return type.kind === 'union' ? Math.min(1, type.members.length) : 0
}

export const isAggregate = (type: CType): boolean => type.kind === 'array' || isStruct(type)
export const isStruct = (type: CType): type is StructType => type.kind === 'struct' || type.kind === 'union'

const memberType = (type: CType, index: number): CType | undefined =>
  type.kind === 'array' ? type.element : isStruct(type) ? type.members[index]?.type : undefined

/** Arrays with more elements than this are not written out. */
const MAX_ELEMENTS = 1 << 22

/**
 * The subobject at an index, made when it is first asked for; in a union it ousts another member. What an array has no
 * room for, or is not written out, is nowhere.
 */
export function partAt(cell: InitializerCell, index: number): InitializerCell | undefined {
  const type = memberType(cell.type, index)
  if (!type) return undefined
  if (MAX_ELEMENTS <= index || (type.kind === 'array' && type.length === 0)) return newCell(type)
  // For gcc the rest of a copy is zero then.
  if (cell.scalar?.kind === 'struct') cell.scalar = undefined
  cell.parts ??= []
  const { parts } = cell
  const known = parts[index]
  if (known && !known.shared) return known
  if (cell.type.kind === 'union') parts.length = 0
  const part = known ? copyOf(known) : newCell(type)
  if (isStruct(cell.type)) part.width = cell.type.members[index]?.bits?.width
  parts[index] = part
  return part
}

/** Puts a copy of a subobject at all the indices `[first, end)`. */
export function copyAlong(cell: InitializerCell, first: number, end: number, source: InitializerCell): void {
  const part = copyOf(source)
  part.shared = true
  cell.parts ??= []
  for (let index = first; index < Math.min(end, MAX_ELEMENTS); index++) cell.parts[index] = part
}

/** Forgets what was written, as an initializer for the whole object does. */
export function clear(cell: InitializerCell): void {
  cell.scalar = undefined
  cell.parts = undefined
  cell.text = undefined
  cell.origin = undefined
  cell.overfull = false
}

export function copyInto(target: InitializerCell, source: InitializerCell): void {
  target.scalar = source.scalar
  target.text = source.text
  target.origin = source.origin
  target.parts = source.parts && copiesOf(source.parts)
}

/** What a range shares stays shared, or ranges in ranges would multiply. */
function copiesOf(parts: NonNullable<InitializerCell['parts']>): NonNullable<InitializerCell['parts']> {
  let before: InitializerCell | undefined
  let twin: InitializerCell | undefined
  return parts.map(part => {
    if (part === before) return twin
    before = part
    twin = part && copyOf(part)
    if (twin && part?.shared) twin.shared = true
    return twin
  })
}

function copyOf(part: InitializerCell): InitializerCell {
  const twin = newCell(part.type)
  copyInto(twin, part)
  twin.designator = part.designator
  twin.width = part.width
  return twin
}

/** The finished, immutable value of a cell. */
export function frozen(cell: InitializerCell | undefined, type: CType = cell!.type): Value {
  if (!cell || !isWritten(cell)) return cell?.origin ? { ...zero(type), origin: cell.origin } : zero(type)
  if (cell.scalar) return cell.scalar
  if (type.kind === 'array') return arrayOf(cell, type)
  return isStruct(type) ? structOf(cell, type) : zero(type)
}

function arrayOf({ parts = [], text, origin, overfull }: InitializerCell, type: CType & { kind: 'array' }): Value {
  const initialised = parts.length
  const length = type.length ?? initialised
  if (MAX_ELEMENTS < length) return tooLarge(type)
  const items = new Array<Value>(length).fill(length ? zero(type.element) : (undefined as never))
  let previous: InitializerCell | undefined
  for (let index = 0; index < Math.min(length, parts.length); index++) {
    const part = parts[index]
    if (part) items[index] = part === previous ? items[index - 1]! : frozen(part)
    previous = part
  }
  const value = {
    kind: 'array',
    type: type.length === undefined ? { ...type, length } : type,
    items,
    initialised,
    ...(overfull && { overfull }),
  } as const
  return text !== undefined || origin
    ? { ...value, ...(text !== undefined && { text }), ...(origin && { origin }) }
    : value
}

function structOf(cell: InitializerCell, type: StructType): Value {
  const fields = new Map<string, FieldValue>()
  for (const { member, path } of memberPaths(type)) {
    const part = follow(cell, path)
    if (part === 'overridden') continue
    const value = frozen(part, member.type)
    const designator = part?.designator
    fields.set(member.name!, designator ? { member, value, designator } : { member, value })
  }
  return cell.origin ? { kind: 'struct', type, fields, origin: cell.origin } : { kind: 'struct', type, fields }
}

/** The cell a path of member indices leads to, or that a union on the way holds another member. */
function follow(cell: InitializerCell, path: readonly number[]): InitializerCell | undefined | 'overridden' {
  let current: InitializerCell | undefined = cell
  let type: CType | undefined = cell.type
  for (const index of path) {
    const next: InitializerCell | undefined = current?.parts?.[index]
    if (!next && type?.kind === 'union') return 'overridden'
    type = type && memberType(type, index)
    current = next
  }
  return current
}

/** What C fills in where nothing is written. */
const zero: (type: CType) => Value = memoize((type: CType): Value => {
  switch (type.kind) {
    case 'int':
      return { kind: 'int', type, value: 0n }
    case 'array': {
      const length = type.length ?? 0
      if (MAX_ELEMENTS < length) return tooLarge(type)
      const items = length ? new Array<Value>(length).fill(zero(type.element)) : []
      return { kind: 'array', type: { ...type, length }, items, initialised: 0 }
    }
    case 'struct':
    case 'union':
      return structOf(newCell(type), type)
    case 'other':
      return { kind: 'unknown', type, reason: ZERO }
    default:
      return type satisfies never
  }
})

const tooLarge = (type: CType): UnknownValue => ({
  kind: 'unknown',
  type,
  reason: 'the array is too large to be shown',
})
