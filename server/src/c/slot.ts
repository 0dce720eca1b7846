import type { Origin } from '../text/origin.ts'
import { type CType, memberPaths, type StructType } from './types.ts'
import { type FieldValue, type IntValue, type UnknownValue, type Value, ZERO } from './value.ts'

/** A subobject while its initializer is read. What nobody writes is never made. */
export interface Slot {
  readonly type: CType
  leaf?: IntValue | UnknownValue
  /** By member index or array index. Of a union only the member last written. */
  parts?: Map<number, Slot>
  origin?: Origin
  designator?: Origin
  text?: string
}

export const slotOf = (type: CType): Slot => ({ type })
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

/** The subobject at an index, made when it is first asked for; in a union it ousts another member. An array without room is nowhere. */
export function partAt(slot: Slot, index: number): Slot | undefined {
  const type = memberType(slot.type, index)
  if (!type) return undefined
  if (type.kind === 'array' && type.length === 0) return slotOf(type)
  slot.parts ??= new Map()
  const known = slot.parts.get(index)
  if (known) return known
  if (slot.type.kind === 'union') slot.parts.clear()
  const part = slotOf(type)
  slot.parts.set(index, part)
  return part
}

/** Forgets what was written, as an initializer for the whole object does. */
export function clear(slot: Slot): void {
  delete slot.leaf
  delete slot.parts
  delete slot.text
  delete slot.origin
}

export function copyInto(target: Slot, source: Slot): void {
  clear(target)
  if (source.leaf) target.leaf = source.leaf
  if (source.text !== undefined) target.text = source.text
  if (source.origin) target.origin = source.origin
  if (!source.parts) return
  target.parts = new Map()
  for (const [index, part] of source.parts) {
    const twin = slotOf(part.type)
    copyInto(twin, part)
    if (part.designator) twin.designator = part.designator
    target.parts.set(index, twin)
  }
}

/** Arrays with more elements than this are not written out. */
const MOST_ELEMENTS = 1 << 22

/** The finished, immutable value of a slot. */
export function finished(slot: Slot | undefined, type: CType = slot!.type): Value {
  if (!slot || !isWritten(slot)) return slot?.origin ? { ...zero(type), origin: slot.origin } : zero(type)
  if (slot.leaf) return slot.leaf
  if (type.kind === 'array') return arrayOf(slot, type)
  return isStruct(type) ? structOf(slot, type) : zero(type)
}

function arrayOf(slot: Slot, type: CType & { kind: 'array' }): Value {
  const parts = slot.parts ?? new Map<number, Slot>()
  let initialised = 0
  for (const index of parts.keys()) initialised = Math.max(initialised, index + 1)
  const length = type.length ?? initialised
  if (MOST_ELEMENTS < length) return tooLarge(type)
  const items = new Array<Value>(length).fill(length ? zero(type.element) : (undefined as never))
  for (const [index, part] of parts) if (index < length) items[index] = finished(part)
  return {
    kind: 'array',
    type: type.length === undefined ? { ...type, length } : type,
    items,
    initialised,
    ...(slot.text !== undefined && { text: slot.text }),
    ...(slot.origin && { origin: slot.origin }),
  }
}

function structOf(slot: Slot, type: StructType): Value {
  const fields = new Map<string, FieldValue>()
  for (const { member, path } of memberPaths(type)) {
    const part = follow(slot, path)
    if (part === 'ousted') continue
    const designator = part?.designator
    fields.set(member.name!, { member, value: finished(part, member.type), ...(designator && { designator }) })
  }
  return { kind: 'struct', type, fields, ...(slot.origin && { origin: slot.origin }) }
}

/** The slot a path of member indices leads to, or that a union on the way holds another member. */
function follow(slot: Slot, path: readonly number[]): Slot | undefined | 'ousted' {
  let at: Slot | undefined = slot
  let type: CType | undefined = slot.type
  for (const index of path) {
    const next: Slot | undefined = at?.parts?.get(index)
    if (!next && type?.kind === 'union') return 'ousted'
    type = type && memberType(type, index)
    at = next
  }
  return at
}

const zeros = new WeakMap<CType, Value>()

/** What C fills in where nothing is written. */
export function zero(type: CType): Value {
  const hit = zeros.get(type) ?? makeZero(type)
  zeros.set(type, hit)
  return hit
}

function makeZero(type: CType): Value {
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
}

const tooLarge = (type: CType): UnknownValue => ({
  kind: 'unknown',
  type,
  because: 'the array is too large to be shown',
})
