import type { ObjectDefinition } from '../unit.ts'
import { alignOf, sizeOf } from './types.ts'
import { ADDRESS, type StructValue, type Value, ZERO } from './value.ts'

/** No configuration is larger than this; neither are all objects of a section with the gaps between them. */
export const MAX_BYTES = 1 << 24

/** The bytes of an object as it lies in memory, little-endian; undefined while a part is unknown or it is too large. */
export function emit(value: Value): Uint8Array | undefined {
  const extent = extentOf(value)
  if (MAX_BYTES < extent) return undefined
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
      return step === 0 || value.items.every((item, i) => write(bytes, offset + i * step, item))
    }
    case 'struct':
      return writeStruct(bytes, offset, value)
    case 'unknown':
      if (value.bits !== undefined) return writeInt(bytes, offset, value.bits, sizeOf(value.type))
      // The linker fills in addresses; in the object file there are zeros.
      return value.reason === ADDRESS || (value.type.kind === 'other' && value.reason === ZERO)
    default:
      return value satisfies never
  }
}

function writeStruct(bytes: Uint8Array, offset: number, value: StructValue): boolean {
  for (const { member, value: field } of value.fields.values()) {
    const start = offset + member.offset
    if (isEmpty(field)) continue
    if (!member.bits || field.kind !== 'int') {
      if (!write(bytes, start, field)) return false
    } else writeBits(bytes, start, field.value, member.bits)
  }
  return true
}

/** What has no bytes may have any number of parts. */
const isEmpty = (value: Value): boolean => (value.kind === 'array' || value.kind === 'struct') && extentOf(value) === 0

function writeInt(bytes: Uint8Array, offset: number, value: bigint, size: number): true {
  for (let i = 0; i < size; i += 4) {
    const part = Number(BigInt.asUintN(32, i === 0 ? value : value >> BigInt(i * 8)))
    for (let k = i; k < Math.min(size, i + 4); k++) bytes[offset + k] = (part >>> ((k - i) * 8)) & 0xff
  }
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
  const sections = sectionsOf(objects)
  return sections && overlaid([...sections.values()])
}

/** What `objcopy -O binary -j NAME` makes of each section that an attribute names, by its name. */
export function emitSections(objects: readonly ObjectDefinition[]): ReadonlyMap<string, Uint8Array> | undefined {
  const sections = sectionsOf(objects.filter(({ section }) => section !== undefined))
  return (
    sections && new Map([...sections].filter(([, { end }]) => 0 < end).map(([name, each]) => [name, overlaid([each])]))
  )
}

function sectionsOf(objects: readonly ObjectDefinition[]): ReadonlyMap<string, Section> | undefined {
  const sections = new Map<string, Section>([['.data', { end: 0, parts: [] }]])
  for (const object of objects) {
    const bytes = emit(object.value)
    if (!bytes) return undefined
    const name = object.section ?? sectionOf(object, bytes)
    if (name === '.bss') continue
    const section = sections.get(name) ?? { end: 0, parts: [] }
    sections.set(name, section)
    const start = roundUp(section.end, placementOf(object))
    section.end = start + bytes.length
    section.parts.push({ start, bytes })
    if (MAX_BYTES < section.end) return undefined
  }
  return sections
}

interface Section {
  end: number
  readonly parts: { readonly start: number; readonly bytes: Uint8Array }[]
}

const roundUp = (offset: number, unit: number): number => Math.ceil(offset / unit) * unit

/** Zeros between the objects of a section cover what stands there too. */
function overlaid(sections: readonly Section[]): Uint8Array {
  const blob = new Uint8Array(Math.max(...sections.map(({ end }) => end)))
  for (const { end, parts } of sections) {
    blob.fill(0, 0, end)
    for (const { start, bytes } of parts) blob.set(bytes, start)
  }
  return blob
}

/** Whether there are no bytes because there would be too many. */
export function isTooLarge(objects: readonly ObjectDefinition[]): boolean {
  let end = 0
  for (const object of objects) {
    end = roundUp(end, placementOf(object)) + extentOf(object.value)
    if (MAX_BYTES < end) return true
  }
  return false
}

function sectionOf({ constant, value }: ObjectDefinition, bytes: Uint8Array): string {
  if (holdsAddress(value)) return constant ? '.data.rel.ro.local' : '.data.rel.local'
  if (constant) return '.rodata'
  return bytes.some(byte => byte !== 0) ? '.data' : '.bss'
}

function holdsAddress(value: Value): boolean {
  if (isEmpty(value)) return false
  if (value.kind === 'array') return value.items.some(holdsAddress)
  if (value.kind === 'struct') return [...value.fields.values()].some(field => holdsAddress(field.value))
  return value.kind === 'unknown' && value.reason === ADDRESS
}

/**
 * Arrays and structs begin at a coarser alignment than they need (`ix86_data_alignment` of gcc), unless one is set, or
 * a section of their own.
 */
function placementOf({ value: { type }, align }: ObjectDefinition): number {
  const own = align ?? alignOf(type)
  const fixed = align !== undefined || type.kind === 'int' || type.kind === 'other'
  return fixed ? own : Math.max(own, [32, 16, 8].find(step => step <= sizeOf(type)) ?? 1)
}
