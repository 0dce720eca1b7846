import type { Origin } from '../../text/origin.ts'
import { type CType, type Member, memberPaths, type StructType, sizeOf } from './types.ts'
import { type FieldValue, NO_INTEGER, type StructValue, type Value } from './value.ts'

export interface DecodeOptions {
  /** Where the values are said to be written; without it nobody wrote them. */
  readonly origin?: Origin
  /** Which members are read, by their names: of a union those that are meant. */
  readonly reads?: (name: string) => boolean
}

/** The value of a type that bytes hold from `offset` on: what `emit` is the other way round of. */
export function decode(type: StructType, bytes: Uint8Array, offset: number, options?: DecodeOptions): StructValue
export function decode(type: CType, bytes: Uint8Array, offset: number, options?: DecodeOptions): Value
export function decode(type: CType, bytes: Uint8Array, offset: number, options: DecodeOptions = {}): Value {
  const { origin } = options
  switch (type.kind) {
    case 'int':
      return { kind: 'int', type, value: intAt(bytes, offset, type), ...(origin && { origin }) }
    case 'array': {
      const size = sizeOf(type.element)
      const items = Array.from({ length: type.length ?? 0 }, (_, i) =>
        decode(type.element, bytes, offset + i * size, options),
      )
      return { kind: 'array', type, items, initialised: items.length }
    }
    case 'struct':
    case 'union':
      return { kind: 'struct', type, fields: fieldsAt(type, bytes, offset, options) }
    case 'other':
      return { kind: 'unknown', type, reason: NO_INTEGER }
    default:
      return type satisfies never
  }
}

const fieldsAt = (
  type: StructType,
  bytes: Uint8Array,
  offset: number,
  options: DecodeOptions,
): ReadonlyMap<string, FieldValue> =>
  new Map(
    memberPaths(type)
      .map(({ member }) => member)
      .filter(({ name = '' }) => options.reads?.(name) ?? true)
      .map(member => [member.name ?? '', { member, value: memberAt(member, bytes, offset, options) }]),
  )

function memberAt({ type, offset: inside, bits }: Member, bytes: Uint8Array, offset: number, options: DecodeOptions) {
  const value = decode(type, bytes, offset + inside, options)
  if (!bits || value.kind !== 'int') return value
  return { ...value, value: (value.value >> BigInt(bits.offset)) & ((1n << BigInt(bits.width)) - 1n) }
}

function intAt(
  bytes: Uint8Array,
  offset: number,
  { size, signed }: { readonly size: number; readonly signed: boolean },
) {
  const word = bytes.subarray(offset, offset + size).reduceRight((all, byte) => (all << 8n) | BigInt(byte), 0n)
  return signed ? BigInt.asIntN(size * 8, word) : word
}
