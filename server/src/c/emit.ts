import { alignOf, sizeOf } from './types.ts'
import type { ObjectDefinition } from './unit.ts'
import type { StructValue, Value } from './value.ts'

/** The bytes of an object as it lies in memory, little-endian; undefined while a part of it is unknown. */
export function emit(value: Value): Uint8Array | undefined {
  const bytes = new Uint8Array(extentOf(value))
  return write(bytes, 0, value) ? bytes : undefined
}

/** With a flexible array member an object is as long as its initializer needs. */
function extentOf(value: Value): number {
  if (value.kind !== 'struct') return sizeOf(value.type)
  const last = [...value.fields.values()].at(-1)
  if (value.type.kind !== 'struct' || last?.value.kind !== 'array') return value.type.size
  return Math.max(value.type.size, last.member.offset + sizeOf(last.value.type))
}

function write(bytes: Uint8Array, at: number, value: Value): boolean {
  switch (value.kind) {
    case 'int':
      return writeInt(bytes, at, value.value, value.type.size)
    case 'array': {
      const step = sizeOf(value.type.element)
      return value.items.every((item, i) => write(bytes, at + i * step, item))
    }
    case 'struct':
      return writeStruct(bytes, at, value)
    case 'unknown':
      // The linker fills in addresses; in the object file there are zeros.
      return value.type.kind === 'other' && (value.because === 'zero' || value.because === 'it is an address')
    default:
      return value satisfies never
  }
}

function writeStruct(bytes: Uint8Array, at: number, value: StructValue): boolean {
  for (const { member, value: field } of value.fields.values()) {
    const start = at + member.offset
    if (!member.bits || field.kind !== 'int') {
      if (!write(bytes, start, field)) return false
    } else writeBits(bytes, start, field.value, member.bits)
  }
  return true
}

function writeInt(bytes: Uint8Array, at: number, value: bigint, size: number): true {
  let rest = BigInt.asUintN(size * 8, value)
  for (let i = 0; i < size; i++, rest >>= 8n) bytes[at + i] = Number(rest & 0xffn)
  return true
}

function writeBits(bytes: Uint8Array, at: number, value: bigint, bits: { offset: number; width: number }): void {
  let rest = BigInt.asUintN(bits.width, value) << BigInt(bits.offset)
  for (let i = at; rest !== 0n; i++, rest >>= 8n) bytes[i] = (bytes[i] ?? 0) | Number(rest & 0xffn)
}

/**
 * What `objcopy -O binary` makes of the object file: initialised data in the order of definition, each object at its
 * alignment; constants follow in `.rodata`. Objects without a value lie in `.bss` and are not there.
 */
export function emitObjects(objects: readonly ObjectDefinition[]): Uint8Array | undefined {
  const chunks: number[] = []
  for (const { value } of objects) {
    const bytes = emit(value)
    if (!bytes) return undefined
    const align = alignOf(value.type)
    while (chunks.length % align) chunks.push(0)
    for (const byte of bytes) chunks.push(byte)
  }
  return Uint8Array.from(chunks)
}
