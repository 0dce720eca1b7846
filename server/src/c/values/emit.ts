import type { ObjectDefinition } from '../unit.ts'
import { alignOf, sizeOf } from './types.ts'
import { ADDRESS, type StructValue, type Value, ZERO } from './value.ts'

/** No configuration is larger than this. */
const MAX_OBJECT_BYTES = 1 << 26

/** The bytes of an object as it lies in memory, little-endian; undefined while a part of it is unknown. */
export function emit(value: Value): Uint8Array | undefined {
  const extent = extentOf(value)
  if (MAX_OBJECT_BYTES < extent) return undefined
  const bytes = new Uint8Array(extent)
  return write(bytes, 0, value) ? bytes : undefined
}

/** With a flexible array member an object is as long as its initializer needs. */
function extentOf(value: Value): number {
  if (value.kind !== 'struct') return sizeOf(value.type)
  const last = [...value.fields.values()].at(-1)
  if (value.type.kind !== 'struct' || last?.value.kind !== 'array') return value.type.size
  return Math.max(value.type.size, last.member.offset + sizeOf(last.value.type))
}

function write(bytes: Uint8Array, offset: number, value: Value): boolean {
  switch (value.kind) {
    case 'int':
      return writeInt(bytes, offset, value.value, value.type.size)
    case 'array': {
      const step = sizeOf(value.type.element)
      return value.items.every((item, i) => write(bytes, offset + i * step, item))
    }
    case 'struct':
      return writeStruct(bytes, offset, value)
    case 'unknown':
      // The linker fills in addresses; in the object file there are zeros.
      return value.reason === ADDRESS || (value.type.kind === 'other' && value.reason === ZERO)
    default:
      return value satisfies never
  }
}

function writeStruct(bytes: Uint8Array, offset: number, value: StructValue): boolean {
  for (const { member, value: field } of value.fields.values()) {
    const start = offset + member.offset
    if (!member.bits || field.kind !== 'int') {
      if (!write(bytes, start, field)) return false
    } else writeBits(bytes, start, field.value, member.bits)
  }
  return true
}

function writeInt(bytes: Uint8Array, offset: number, value: bigint, size: number): true {
  let rest = BigInt.asUintN(size * 8, value)
  for (let i = 0; i < size; i++, rest >>= 8n) bytes[offset + i] = Number(rest & 0xffn)
  return true
}

function writeBits(bytes: Uint8Array, offset: number, value: bigint, bits: { offset: number; width: number }): void {
  let rest = BigInt.asUintN(bits.width, value) << BigInt(bits.offset)
  for (let i = offset; rest !== 0n; i++, rest >>= 8n) bytes[i] = (bytes[i] ?? 0) | Number(rest & 0xffn)
}

/**
 * What `objcopy -O binary` makes of the object file. In it every section begins at address 0, so what stands in a later
 * one covers what stands in an earlier one; objects that are all zero lie in `.bss` and are not there at all.
 */
export function emitObjects(objects: readonly ObjectDefinition[]): Uint8Array | undefined {
  const sections = new Map<string, number[]>([['.data', []]])
  for (const object of objects) {
    const bytes = emit(object.value)
    if (!bytes) return undefined
    const section = sectionOf(object, bytes)
    if (section === '.bss') continue
    const content = sections.get(section) ?? []
    sections.set(section, content)
    while (content.length % placementOf(object)) content.push(0)
    for (const byte of bytes) content.push(byte)
  }
  const blob = new Uint8Array(Math.max(...[...sections.values()].map(content => content.length)))
  for (const content of sections.values()) blob.set(content)
  return blob
}

function sectionOf({ constant, value }: ObjectDefinition, bytes: Uint8Array): string {
  if (holdsAddress(value)) return constant ? '.data.rel.ro.local' : '.data.rel.local'
  if (constant) return '.rodata'
  return bytes.some(byte => byte !== 0) ? '.data' : '.bss'
}

function holdsAddress(value: Value): boolean {
  if (value.kind === 'array') return value.items.some(holdsAddress)
  if (value.kind === 'struct') return [...value.fields.values()].some(field => holdsAddress(field.value))
  return value.kind === 'unknown' && value.reason === ADDRESS
}

/** Arrays and structs begin at a coarser alignment than they need (`ix86_data_alignment` of gcc), unless one is set. */
function placementOf({ value: { type }, align }: ObjectDefinition): number {
  const own = align ?? alignOf(type)
  const fixed =
    align !== undefined || type.kind === 'int' || type.kind === 'other' || ('aligned' in type && type.aligned)
  return fixed ? own : Math.max(own, [32, 16, 8].find(step => step <= sizeOf(type)) ?? 1)
}
