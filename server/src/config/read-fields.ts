import { pathTo, type StructType } from '../c/values/types.ts'
import type { ArrayValue, IntValue, StructValue, Value } from '../c/values/value.ts'
import { textOfUnits } from '../text/encoding.ts'
import type { Unread } from './model.ts'

/**
 * Reads one struct by field names. `num` and its like are for what every header declares; a field that only some declare
 * is read by `declared…`, which answers undefined where the header in use has none. A value that could not be computed
 * reads as 0 and leaves a note, so that its owner can be left out.
 */
export interface FieldReader {
  readonly struct: StructValue | undefined
  /** Its type, known also where nothing is written to it. */
  readonly type: StructType | undefined
  readonly path: string
  readonly notes: Unread[]
}

export function inside(reader: FieldReader, name: string): FieldReader {
  const member = reader.type && pathTo(reader.type, name)?.member.type
  const struct = asStruct(reader.struct?.fields.get(name)?.value)
  const type = member?.kind === 'struct' || member?.kind === 'union' ? member : undefined
  return { struct, type, path: `${reader.path}.${name}`, notes: reader.notes }
}

/** A reader of a value that stands by itself: a descriptor, an element of an array. */
export const readerOf = (value: Value | undefined, path: string, notes: Unread[]): FieldReader => {
  const struct = asStruct(value)
  return { struct, type: struct?.type, path, notes }
}

/** The value of a field as C would store it; older revisions may have it under another name. */
export function big(reader: FieldReader, name: string, formerName?: string): bigint {
  const value = reader.struct?.fields.get(name)?.value
  if (value?.kind === 'int') return value.value
  if (value?.kind === 'unknown') note(reader, name, value)
  return formerName === undefined ? 0n : big(reader, formerName)
}

/** The same as a number, for fields of up to 32 bits. */
export const num = (reader: FieldReader, name: string, formerName?: string): number =>
  Number(big(reader, name, formerName))

/** A field that only some revisions declare: undefined where the header in use has none of that name, which is not 0. */
export const declaredNum = (reader: FieldReader, name: string): number | undefined =>
  declares(reader, name) ? num(reader, name) : undefined

export const declaredBig = (reader: FieldReader, name: string): bigint | undefined =>
  declares(reader, name) ? big(reader, name) : undefined

export const declaredChars = (reader: FieldReader, name: string): string | undefined =>
  declares(reader, name) ? chars(reader, name) : undefined

/** Of a union only the member that was written has a value, so the type is asked. */
export const declares = ({ type }: FieldReader, name: string): boolean =>
  type !== undefined && pathTo(type, name) !== undefined

export function ints(reader: FieldReader, name: string, length: number): readonly number[] {
  const items = asArray(reader.struct?.fields.get(name)?.value)?.items ?? []
  return Array.from({ length }, (_, i) => {
    const item = items[i]
    if (item?.kind === 'unknown') note(reader, `${name}[${i}]`, item)
    return item?.kind === 'int' ? Number(item.value) : 0
  })
}

/** The characters of an array up to its first NUL. */
export function chars(reader: FieldReader, name: string): string {
  const value = reader.struct?.fields.get(name)?.value
  const unknown = asArray(value)?.items.find(item => item.kind === 'unknown') ?? value
  if (unknown?.kind === 'unknown') note(reader, name, unknown)
  const codes = (asArray(value)?.items ?? []).map(item => (item.kind === 'int' ? Number(item.value & 0xffn) : 0))
  const end = codes.indexOf(0)
  return textOfUnits(codes.slice(0, end < 0 ? codes.length : end))
}

export const asStruct = (value: Value | undefined): StructValue | undefined =>
  value?.kind === 'struct' ? value : undefined

export const asArray = (value: Value | undefined): ArrayValue | undefined =>
  value?.kind === 'array' ? value : undefined

export const asInt = (value: Value | undefined): IntValue | undefined => (value?.kind === 'int' ? value : undefined)

function note(reader: FieldReader, name: string, value: Value): void {
  if (value.kind !== 'unknown') return
  const path = `${reader.path}.${name}`
  reader.notes.push({ path, reason: value.reason, ...(value.origin && { origin: value.origin }) })
}

export const located = (reader: FieldReader) => (reader.struct ? { source: reader.struct } : {})
