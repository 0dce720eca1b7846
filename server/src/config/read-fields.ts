import { pathTo } from '../c/values/types.ts'
import type { ArrayValue, IntValue, StructValue, Value } from '../c/values/value.ts'
import type { Unread } from './model.ts'

/**
 * Reads one struct by field names. A field the header of this revision does not have reads as 0; a value that could
 * not be computed reads as 0 as well and leaves a note, so that its owner can be left out.
 */
export interface FieldReader {
  readonly struct: StructValue | undefined
  readonly path: string
  readonly notes: Unread[]
}

export const inside = (reader: FieldReader, name: string): FieldReader => ({
  struct: asStruct(reader.struct?.fields.get(name)?.value),
  path: `${reader.path}.${name}`,
  notes: reader.notes,
})

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

const declares = ({ struct }: FieldReader, name: string): boolean =>
  struct !== undefined && pathTo(struct.type, name) !== undefined

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
  if (value?.kind === 'unknown') note(reader, name, value)
  const codes = (asArray(value)?.items ?? []).map(item => (item.kind === 'int' ? Number(item.value & 0xffn) : 0))
  const end = codes.indexOf(0)
  return String.fromCharCode(...codes.slice(0, end < 0 ? codes.length : end))
}

export const asStruct = (value: Value | undefined): StructValue | undefined =>
  value?.kind === 'struct' ? value : undefined

export const asArray = (value: Value | undefined): ArrayValue | undefined =>
  value?.kind === 'array' ? value : undefined

export const asInt = (value: Value | undefined): IntValue | undefined => (value?.kind === 'int' ? value : undefined)

export function note(reader: FieldReader, name: string, value: Value): void {
  if (value.kind !== 'unknown') return
  const path = `${reader.path}.${name}`
  reader.notes.push({ path, reason: value.reason, ...(value.origin && { origin: value.origin }) })
}

export const located = (reader: FieldReader) => (reader.struct ? { source: reader.struct } : {})
