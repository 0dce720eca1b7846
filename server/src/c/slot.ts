import { memoize } from '../text/memo.ts'
import type { Origin } from '../text/origin.ts'
import { type CType, memberPaths, type StructType } from './types.ts'
import { type FieldValue, type IntValue, type UnknownValue, type Value, ZERO } from './value.ts'

/** A subobject while its initializer is read. What nobody writes is never made. */
export interface Slot {
  readonly type: CType
  leaf?: IntValue | UnknownValue | undefined
  /** By member index or array index, with holes. Of a union only the member last written. */
  parts?: (Slot | undefined)[] | undefined
  /** Stands at several indices at once, and so is not written to. */
  shared?: boolean
  origin?: Origin | undefined
  designator?: Origin | undefined
  /** Width of a bit-field in bits. */
  width?: number | undefined
  text?: string | undefined
}

export const slotOf = (type: CType): Slot => ({
  type,
  leaf: undefined,
  parts: undefined,
  origin: undefined,
  designator: undefined,
  width: undefined,
})

/** A scalar that may stand at several indices. */
export const sharedLeaf = (leaf: IntValue): Slot => ({ ...slotOf(leaf.type), leaf, shared: true })

export const isWritten = (slot: Slot): boolean => slot.leaf !== undefined || slot.parts !== undefined

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
const MOST_ELEMENTS = 1 << 22

/**
 * The subobject at an index, made when it is first asked for; in a union it ousts another member. What an array has no
 * room for, or is not written out, is nowhere.
 */
export function partAt(slot: Slot, index: number): Slot | undefined {
  const type = memberType(slot.type, index)
  if (!type) return undefined
  if (MOST_ELEMENTS <= index || (type.kind === 'array' && type.length === 0)) return slotOf(type)
  slot.parts ??= []
  const { parts } = slot
  const known = parts[index]
  if (known && !known.shared) return known
  if (slot.type.kind === 'union') parts.length = 0
  const part = known ? copyOf(known) : slotOf(type)
  if (isStruct(slot.type)) part.width = slot.type.members[index]?.bits?.width
  parts[index] = part
  return part
}

/** Puts a copy of a subobject at all the indices `[first, end)`. */
export function copyAlong(slot: Slot, first: number, end: number, source: Slot): void {
  const part = copyOf(source)
  part.shared = true
  slot.parts ??= []
  for (let index = first; index < Math.min(end, MOST_ELEMENTS); index++) slot.parts[index] = part
}

/** Forgets what was written, as an initializer for the whole object does. */
export function clear(slot: Slot): void {
  slot.leaf = undefined
  slot.parts = undefined
  slot.text = undefined
  slot.origin = undefined
}

export function copyInto(target: Slot, source: Slot): void {
  target.leaf = source.leaf
  target.text = source.text
  target.origin = source.origin
  target.parts = source.parts?.map(part => part && copyOf(part))
}

function copyOf(part: Slot): Slot {
  const twin = slotOf(part.type)
  copyInto(twin, part)
  twin.designator = part.designator
  twin.width = part.width
  return twin
}

/** The finished, immutable value of a slot. */
export function finished(slot: Slot | undefined, type: CType = slot!.type): Value {
  if (!slot || !isWritten(slot)) return slot?.origin ? { ...zero(type), origin: slot.origin } : zero(type)
  if (slot.leaf) return slot.leaf
  if (type.kind === 'array') return arrayOf(slot, type)
  return isStruct(type) ? structOf(slot, type) : zero(type)
}

function arrayOf({ parts = [], text, origin }: Slot, type: CType & { kind: 'array' }): Value {
  const initialised = parts.length
  const length = type.length ?? initialised
  if (MOST_ELEMENTS < length) return tooLarge(type)
  const items = new Array<Value>(length).fill(length ? zero(type.element) : (undefined as never))
  let previous: Slot | undefined
  for (let index = 0; index < Math.min(length, parts.length); index++) {
    const part = parts[index]
    if (part) items[index] = part === previous ? items[index - 1]! : finished(part)
    previous = part
  }
  const value = {
    kind: 'array',
    type: type.length === undefined ? { ...type, length } : type,
    items,
    initialised,
  } as const
  return text !== undefined || origin
    ? { ...value, ...(text !== undefined && { text }), ...(origin && { origin }) }
    : value
}

function structOf(slot: Slot, type: StructType): Value {
  const fields = new Map<string, FieldValue>()
  for (const { member, path } of memberPaths(type)) {
    const part = follow(slot, path)
    if (part === 'ousted') continue
    const value = finished(part, member.type)
    const designator = part?.designator
    fields.set(member.name!, designator ? { member, value, designator } : { member, value })
  }
  return slot.origin ? { kind: 'struct', type, fields, origin: slot.origin } : { kind: 'struct', type, fields }
}

/** The slot a path of member indices leads to, or that a union on the way holds another member. */
function follow(slot: Slot, path: readonly number[]): Slot | undefined | 'ousted' {
  let at: Slot | undefined = slot
  let type: CType | undefined = slot.type
  for (const index of path) {
    const next: Slot | undefined = at?.parts?.[index]
    if (!next && type?.kind === 'union') return 'ousted'
    type = type && memberType(type, index)
    at = next
  }
  return at
}

/** What C fills in where nothing is written. */
export const zero: (type: CType) => Value = memoize((type: CType): Value => {
  switch (type.kind) {
    case 'int':
      return { kind: 'int', type, value: 0n }
    case 'array': {
      const length = type.length ?? 0
      if (MOST_ELEMENTS < length) return tooLarge(type)
      const items = length ? new Array<Value>(length).fill(zero(type.element)) : []
      return { kind: 'array', type: { ...type, length }, items, initialised: 0 }
    }
    case 'struct':
    case 'union':
      return structOf(slotOf(type), type)
    case 'other':
      return { kind: 'unknown', type, because: ZERO }
    default:
      return type satisfies never
  }
})

const tooLarge = (type: CType): UnknownValue => ({
  kind: 'unknown',
  type,
  because: 'the array is too large to be shown',
})
