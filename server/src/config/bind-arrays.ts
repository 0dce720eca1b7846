import type { ArrayValue, StructValue, Value } from '../c/values/value.ts'
import { type Origin, primarySpan } from '../text/origin.ts'
import type { Span } from '../text/source-file.ts'
import type { ArrayEntry } from './arrays.ts'
import type { Header } from './header.ts'
import type { ArrayName, DeclaredArray, NotSimulated, PioRegion, Unread } from './model.ts'
import { asArray, asInt, big, type FieldReader, located, num, readerOf } from './read-fields.ts'

/** The arrays beside the descriptor, in the order of declaration, each with the count that its header has for it. */
export function declaredArrays(whole: StructValue, cell: FieldReader, header: Header): readonly DeclaredArray[] {
  const found: DeclaredArray[] = []
  for (const [member, field] of whole.fields) {
    const value = asArray(field.value)
    const free = header.arrays.filter(({ name }) => !found.some(({ entry }) => entry.name === name))
    const entry = value && entryOf(member, value, free)
    if (!value || !entry) continue
    found.push({
      entry,
      name: entry.known,
      member,
      length: value.items.length,
      initialised: value.initialised,
      counted: countedBy(cell, entry, value),
      elementSize: widthOf(value),
      declaredAt: field.member.origin,
      ...lengthAt(field.member.type),
      value,
    })
  }
  return found
}

/** Elements of an array in the unit of its count: bytes for the CPU set. */
export const lengthOf = ({ entry, length, elementSize }: DeclaredArray): number =>
  entry.unit === 'byte' ? length * elementSize : length

/** Where the count cannot be computed, all elements are taken to be meant. */
function countedBy(cell: FieldReader, { count, unit }: ArrayEntry, value: ArrayValue): number {
  const isKnown = cell.struct?.fields.get(count)?.value.kind === 'int'
  return isKnown ? num(cell, count) : value.items.length * (unit === 'byte' ? widthOf(value) : 1)
}

/** Arrays of structs are recognised by their type, those of numbers by their names. */
function entryOf(member: string, value: ArrayValue, free: readonly ArrayEntry[]): ArrayEntry | undefined {
  const { element } = value.type
  if (element.kind === 'struct' || element.kind === 'union') return free.find(({ tag }) => tag === element.tag)
  if (element.kind !== 'int') return undefined
  const plain = free.filter(({ tag, known }) => tag === undefined || known === 'stream_ids' || known === 'pio_regions')
  const isWordOf = ({ known }: ArrayEntry): boolean =>
    (known === 'stream_ids' && /stream/.test(member)) ||
    (known === 'pio_regions' && /pio/.test(member)) ||
    (known === 'cpus' && (/^cpu/.test(member) || element.size === 8))
  return plain.find(({ name }) => stem(name) === stem(member)) ?? plain.find(isWordOf)
}

/** `cpu` of `cpus` and of `cpu_set`. */
const stem = (name: string): string => name.replace(/_(set|bitmap)$|s$/, '')

/** Bytes of one element; nested arrays do not occur in a configuration. */
const widthOf = ({ type: { element } }: ArrayValue): number => (element.kind === 'array' ? 8 : element.size)

const lengthAt = (type: { readonly kind: string; readonly lengthAt?: Origin }) =>
  type.kind === 'array' && type.lengthAt ? { lengthAt: type.lengthAt } : {}

/** A cell of the largest size that Jailhouse accepts has 2,045 regions; no machine has more of anything than this. */
const MAX_ELEMENTS = 1 << 15

/** What rules compare with each other is bounded closer, and still above what fits into a cell of that size. */
const MAX_OF: Readonly<Partial<Record<ArrayName, number>>> = {
  cache_regions: 1 << 13,
  irqchips: 1 << 12,
  pci_devices: 1 << 11,
  pci_caps: 1 << 13,
  stream_ids: 1 << 14,
}

/** The elements that are counted, as the hypervisor reads them; one that cannot be computed is left out, its notes stay. */
export function bindElements<Item>(
  array: DeclaredArray | undefined,
  notes: Unread[],
  bind: (reader: FieldReader, index: number, value: Value) => Item,
  misnamed: readonly Span[] = [],
  isWhole = false,
): Item[] {
  const items: Item[] = []
  const length = array?.value.items.length ?? 0
  const counted = isWhole ? length : Math.min(array?.counted ?? 0, length)
  const limit = (array?.name && MAX_OF[array.name]) ?? MAX_ELEMENTS
  if (limit < counted) notes.push(tooMany(array, limit))
  for (let index = 0; index < Math.min(counted, limit); index++) {
    const value = array!.value.items[index]!
    const before = notes.length
    const path = `${array?.member}[${index}]`
    if (value.kind === 'unknown')
      notes.push({ path, reason: value.reason, ...(value.origin && { origin: value.origin }) })
    if (holdsAny(value, misnamed))
      notes.push({
        path,
        reason: 'it has a member that is not declared',
        ...(value.origin && { origin: value.origin }),
      })
    const item = bind(readerOf(value, path, notes), index, value)
    if (notes.length === before) items.push(item)
  }
  return items
}

/** What is left out of arrays that are too long. */
export const leftOut = (arrays: readonly DeclaredArray[]): readonly NotSimulated[] =>
  arrays
    .filter(({ name, counted, value }) => name && limitOf(name) < Math.min(counted, value.items.length))
    .map(({ name, member, declaredAt }) => {
      const limit = name ? limitOf(name) : 0
      return {
        what: `${member}[${limit}] and what follows it`,
        origin: declaredAt,
        reason: `an array of this kind is read up to ${limit.toLocaleString('en')} elements`,
      }
    })

const limitOf = (name: ArrayName): number =>
  name === 'cpus' ? MAX_WORDS : name === 'pio_regions' ? PORTS : (MAX_OF[name] ?? MAX_ELEMENTS)

const tooMany = (array: DeclaredArray | undefined, limit: number): Unread => ({
  path: `${array?.member}[${limit}]`,
  reason: `elements from index ${limit} on are not read`,
})

/** Whether a value is written around one of these names, which stand in their order and apart from each other. */
export function holdsAny({ origin }: Value, byStart: readonly Span[]): boolean {
  const outer = byStart.length > 0 && origin && primarySpan(origin)
  if (!outer) return false
  let [from, to] = [0, byStart.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((byStart[middle]?.start ?? 0) < outer.start) from = middle + 1
    else to = middle
  }
  const first = byStart[from]
  return first !== undefined && first.file === outer.file && first.end <= outer.end
}

/** The CPUs by their numbers in a set, or by the physical ids that a header with `num_cpus` lists. */
export function cpuNumbers(array: DeclaredArray | undefined, notes: Unread[]): readonly number[] {
  if (array?.value.type.element.kind !== 'struct') return cpusInSet(array?.value, notes)
  return bindElements(array, notes, reader => Number(big(reader, 'phys_id'))).toSorted((a, b) => a - b)
}

/** Words of a set; 2^16 CPUs are in no machine. */
const MAX_WORDS = 1 << 10

/** Bit n of the set is CPU n; the words follow each other little endian whatever their width. */
function cpusInSet(set: ArrayValue | undefined, notes: Unread[]): readonly number[] {
  const cpus: number[] = []
  const words = set?.items ?? []
  if (MAX_WORDS < words.length)
    notes.push({ path: `cpus[${MAX_WORDS}]`, reason: `elements from index ${MAX_WORDS} on are not read` })
  for (const [index, word] of words.slice(0, MAX_WORDS).entries()) {
    if (word.kind === 'unknown') notes.push({ path: `cpus[${index}]`, reason: word.reason })
    const width = (set ? widthOf(set) : 8) * 8
    let bits = BigInt.asUintN(width, asInt(word)?.value ?? 0n)
    for (let bit = 0; bits !== 0n; bit++, bits >>= 1n) if (bits & 1n) cpus.push(index * width + bit)
  }
  return cpus
}

/** `pio_regions`, or what the bytes of an older `pio_bitmap` leave open: a 0 bit allows its port. */
export function pioRegions(arrays: readonly DeclaredArray[], notes: Unread[], isWhole = false): readonly PioRegion[] {
  const array = arrays.find(({ name }) => name === 'pio_regions')
  if (array?.value.type.element.kind !== 'int')
    return bindElements(
      array,
      notes,
      (reader, index) => ({
        index,
        base: num(reader, 'base'),
        length: num(reader, 'length'),
        ...located(reader),
      }),
      [],
      isWhole,
    )
  // The rest of what it opens and closes found no room.
  if (array.value.overfull) return []
  return openPorts(array.value.items.slice(0, PORTS / 8).map(item => Number(asInt(item)?.value ?? 0xffn)))
}

/** An x86 has no more ports than this. */
const PORTS = 0x1_0000

function openPorts(bitmap: readonly number[]): readonly PioRegion[] {
  const regions: { index: number; base: number; length: number }[] = []
  for (const [byte, bits] of bitmap.entries())
    for (let bit = 0; bit < 8; bit++) {
      if ((bits >> bit) & 1) continue
      const port = byte * 8 + bit
      const last = regions.at(-1)
      if (last && last.base + last.length === port) last.length++
      else regions.push({ index: regions.length, base: port, length: 1 })
    }
  return regions
}
