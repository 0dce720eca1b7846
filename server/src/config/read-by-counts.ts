import { decode } from '../c/values/decode.ts'
import { emit } from '../c/values/emit.ts'
import { type CType, type Member, sizeOf } from '../c/values/types.ts'
import type { ArrayValue, FieldValue, StructValue, Value } from '../c/values/value.ts'
import type { ArrayEntry } from './arrays.ts'
import { declaredArrays } from './bind-arrays.ts'
import type { Header } from './header.ts'
import type { DeclaredArray } from './model.ts'
import { readerOf } from './read-fields.ts'

/**
 * The accessors of `cell-config.h` find each array behind the counts of those before it, and know nothing of where the
 * declaration ends it. Where counts and declaration disagree, the hypervisor reads other elements than the file has.
 */

/** Where the accessors find one array, and how long it is for them. */
interface Place {
  readonly entry: ArrayEntry
  readonly declared: DeclaredArray | undefined
  readonly element: CType
  readonly start: number
  /** Elements that lie within the object: of those behind its end nobody knows the bytes. */
  readonly length: number
  /** Whether there would be more. */
  readonly isCut: boolean
}

/**
 * The object with its arrays as they are read by their counts; undefined where these are the declared ones or the first
 * elements of them, or where not all bytes are known. `descriptor` stands at its begin.
 */
export function readByCounts(whole: StructValue, descriptor: StructValue, header: Header): CountedObject | undefined {
  if (whole === descriptor) return undefined
  const [first] = whole.fields.values()
  const cell = descriptor.type.tag === 'jailhouse_system' ? descriptor.fields.get('root_cell')?.value : descriptor
  if (first?.value !== descriptor || cell?.kind !== 'struct') return undefined
  const arrays = declaredArrays(whole, readerOf(cell, '', []), header)
  const places = placesOf(whole, sizeOf(descriptor.type), cell, arrays, header)
  if (!places || places.every(isDeclaredBegin(whole))) return undefined
  const bytes = emit(whole)
  if (!bytes) return undefined
  const cut = places.find(({ isCut }) => isCut)
  const behindEnd = cut && `${cut.declared?.member ?? cut.entry.name}[${cut.length}]`
  return { whole: assembled(whole, first, places, bytes), ...(behindEnd && { behindEnd }) }
}

interface CountedObject {
  readonly whole: StructValue
  /** The first counted element that does not lie within it. */
  readonly behindEnd?: string
}

/** Undefined where a count or the type of an element is not known. */
function placesOf(
  { type }: StructValue,
  begin: number,
  cell: StructValue,
  arrays: readonly DeclaredArray[],
  header: Header,
): readonly Place[] | undefined {
  const places: Place[] = []
  let start = begin
  for (const entry of header.arrays) {
    const declared = arrays.find(array => array.entry === entry)
    const count = cell.fields.get(entry.count)?.value
    const element = declared?.value.type.element ?? header.typeOf(entry.tag)
    if (count?.kind !== 'int' || !element) return undefined
    const size = Math.max(1, sizeOf(element))
    const extent = Number(BigInt.asUintN(64, count.value)) * (entry.unit === 'byte' ? 1 : size)
    const within = Math.min(extent, Math.max(0, type.size - start))
    places.push({ entry, declared, element, start, length: Math.floor(within / size), isCut: within < extent })
    start += extent
  }
  return places
}

/** Elements at the end that are not counted do no harm, unless there is no region left at all. */
const isDeclaredBegin =
  ({ type }: StructValue) =>
  ({ declared, start, length, isCut }: Place): boolean => {
    const elements = declared?.value.items.length ?? 0
    if (length === 0) return !isCut && (elements === 0 || declared?.name !== 'mem_regions')
    return !isCut && length <= elements && type.members.find(({ name }) => name === declared?.member)?.offset === start
  }

function assembled(whole: StructValue, first: FieldValue, places: readonly Place[], bytes: Uint8Array): StructValue {
  const written = new Map(places.flatMap(({ declared }) => (declared ? elementsAt(whole, declared) : [])))
  const fields = places.map((place): FieldValue => {
    const value = arrayAt(place, written, bytes)
    const name = place.declared?.member ?? place.entry.name
    const origin = place.declared?.declaredAt ?? first.member.origin
    return { member: { name, type: value.type, offset: place.start, origin }, value }
  })
  const all = [first, ...fields]
  const members = all.map(({ member }): Member => member)
  return {
    ...whole,
    type: { ...whole.type, members },
    fields: new Map(all.map(field => [field.member.name ?? '', field])),
  }
}

/** The elements as written, by where they lie. */
function elementsAt(whole: StructValue, { member, value, elementSize }: DeclaredArray): [number, Value][] {
  const offset = whole.fields.get(member)?.member.offset ?? 0
  return value.items.map((item, index) => [offset + index * elementSize, item])
}

function arrayAt(
  { declared, element, start, length }: Place,
  written: ReadonlyMap<number, Value>,
  bytes: Uint8Array,
): ArrayValue {
  const size = sizeOf(element)
  const items = Array.from({ length }, (_, index): Value => {
    const offset = start + index * size
    const own = written.get(offset)
    return own?.type === element ? own : decode(element, bytes, offset)
  })
  const { origin } = declared?.value ?? {}
  return {
    kind: 'array',
    type: { kind: 'array', element, length },
    items,
    initialised: length,
    ...(origin && { origin }),
  }
}
