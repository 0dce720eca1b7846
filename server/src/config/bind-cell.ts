import type { ObjectDefinition } from '../c/unit.ts'
import type { ArrayValue, StructValue, Value } from '../c/value.ts'
import type { Origin } from '../text/origin.ts'
import type {
  Architecture,
  ArrayName,
  CellConfig,
  Console,
  CountName,
  DeclaredArray,
  MemoryRegion,
  PciDevice,
  PioRegion,
  StreamId,
  Unread,
} from './model.ts'
import {
  asArray,
  asInt,
  asStruct,
  big,
  chars,
  declaredNum,
  type FieldReader,
  inside,
  ints,
  num,
} from './read-fields.ts'

/** What the arrays hold, by the tag of their element; `cpus`, old PIO bitmaps and old stream ids are told by name. */
const ARRAY_OF_TAG: Readonly<Record<string, ArrayName>> = {
  jailhouse_memory: 'mem_regions',
  jailhouse_cache: 'cache_regions',
  jailhouse_irqchip: 'irqchips',
  jailhouse_pio: 'pio_regions',
  jailhouse_pci_device: 'pci_devices',
  jailhouse_pci_capability: 'pci_caps',
  jailhouse_stream_id: 'stream_ids',
}

export const COUNT_OF: Readonly<Record<ArrayName, CountName>> = {
  cpus: 'cpu_set_size',
  mem_regions: 'num_memory_regions',
  cache_regions: 'num_cache_regions',
  irqchips: 'num_irqchips',
  pio_regions: 'num_pio_regions',
  pci_devices: 'num_pci_devices',
  pci_caps: 'num_pci_caps',
  stream_ids: 'num_stream_ids',
}

/** The cell of `descriptor`, with the arrays that stand beside it in `whole`. */
export function bindCell(
  object: ObjectDefinition,
  whole: StructValue,
  descriptor: StructValue,
  isRoot: boolean,
  architecture: Architecture | undefined,
): CellConfig {
  const notes: Unread[] = []
  const cell: FieldReader = { struct: descriptor, path: isRoot ? 'root_cell' : 'cell', notes }
  const arrays = declaredArrays(whole, cell)
  const elements = <Item>(name: ArrayName, bind: (reader: FieldReader, index: number, value: Value) => Item): Item[] =>
    bindElements(
      arrays.find(array => array.name === name),
      notes,
      bind,
    )
  return {
    kind: 'cell',
    file: object.nameAt.spelled.file,
    isRoot,
    architecture,
    revision: num(cell, 'revision'),
    signature: chars(cell, 'signature'),
    name: chars(cell, 'name'),
    id: num(cell, 'id'),
    flags: num(cell, 'flags'),
    counts: Object.fromEntries(
      Object.entries(COUNT_OF).map(([array, count]) => [count, countOf(cell, array as ArrayName)]),
    ) as Record<CountName, number>,
    vpci_irq_base: num(cell, 'vpci_irq_base'),
    cpu_reset_address: big(cell, 'cpu_reset_address'),
    msg_reply_timeout: big(cell, 'msg_reply_timeout'),
    console: bindConsole(inside(cell, 'console')),
    cpus: cpuNumbers(arrays.find(array => array.name === 'cpus')?.value, notes),
    mem_regions: elements('mem_regions', bindMemory),
    cache_regions: elements('cache_regions', (reader, index) => ({
      index,
      start: num(reader, 'start'),
      size: num(reader, 'size'),
      type: num(reader, 'type'),
      flags: num(reader, 'flags'),
      ...placed(reader),
    })),
    irqchips: elements('irqchips', (reader, index) => ({
      index,
      address: big(reader, 'address'),
      id: num(reader, 'id'),
      pin_base: num(reader, 'pin_base'),
      pin_bitmap: ints(reader, 'pin_bitmap', 4),
      ...placed(reader),
    })),
    pio_regions: pioRegions(arrays, notes),
    pci_devices: elements('pci_devices', bindPciDevice),
    pci_caps: elements('pci_caps', (reader, index) => ({
      index,
      id: num(reader, 'id'),
      start: num(reader, 'start'),
      len: num(reader, 'len'),
      flags: num(reader, 'flags'),
      ...placed(reader),
    })),
    stream_ids: elements('stream_ids', bindStreamId),
    arrays,
    unread: notes,
    whole,
    source: descriptor,
  }
}

const placed = (reader: FieldReader) => (reader.struct ? { source: reader.struct } : {})

export function bindMemory(reader: FieldReader, index: number): MemoryRegion {
  return {
    index,
    phys_start: big(reader, 'phys_start'),
    virt_start: big(reader, 'virt_start'),
    size: big(reader, 'size'),
    flags: big(reader, 'flags'),
    ...placed(reader),
  }
}

/** A console; in the first revision `debug_console` still was a `struct jailhouse_memory`. */
export const bindConsole = (reader: FieldReader): Console => ({
  address: big(reader, 'address', 'phys_start'),
  size: num(reader, 'size'),
  type: num(reader, 'type'),
  flags: num(reader, 'flags'),
  divider: num(reader, 'divider'),
  gate_nr: num(reader, 'gate_nr'),
  clock_reg: big(reader, 'clock_reg'),
  ...placed(reader),
})

const bindPciDevice = (reader: FieldReader, index: number): PciDevice => ({
  index,
  type: num(reader, 'type'),
  iommu: num(reader, 'iommu'),
  domain: num(reader, 'domain'),
  bdf: num(reader, 'bdf'),
  bar_mask: ints(reader, 'bar_mask', 6),
  caps_start: num(reader, 'caps_start'),
  num_caps: num(reader, 'num_caps'),
  num_msi_vectors: num(reader, 'num_msi_vectors'),
  msi_64bits: num(reader, 'msi_64bits'),
  msi_maskable: num(reader, 'msi_maskable'),
  num_msix_vectors: num(reader, 'num_msix_vectors'),
  msix_region_size: num(reader, 'msix_region_size'),
  msix_address: big(reader, 'msix_address'),
  shmem_region: declaredNum(reader, 'shmem_region'),
  shmem_regions_start: declaredNum(reader, 'shmem_regions_start'),
  shmem_dev_id: declaredNum(reader, 'shmem_dev_id'),
  shmem_peers: declaredNum(reader, 'shmem_peers'),
  shmem_protocol: declaredNum(reader, 'shmem_protocol'),
  ...placed(reader),
})

/** A stream id is a plain word in older revisions, and a union of that word and the MMU-500's two halves since 13. */
function bindStreamId(reader: FieldReader, index: number, value: Value): StreamId {
  const halves = inside(reader, 'mmu500')
  const word = halves.struct
    ? num(halves, 'id') + num(halves, 'mask_out') * 0x10000
    : reader.struct
      ? num(reader, 'id')
      : Number(asInt(value)?.value ?? 0n)
  return { index, id: word, ...placed(reader), ...(value.origin && { origin: value.origin }) }
}

/** The elements that are counted, as the hypervisor reads them; one that cannot be computed is left out, its notes stay. */
function bindElements<Item>(
  array: DeclaredArray | undefined,
  notes: Unread[],
  bind: (reader: FieldReader, index: number, value: Value) => Item,
): Item[] {
  const items: Item[] = []
  for (const [index, value] of (array?.value.items ?? []).slice(0, array?.counted).entries()) {
    const before = notes.length
    const path = `${array?.member}[${index}]`
    if (value.kind === 'unknown')
      notes.push({ path, because: value.because, ...(value.origin && { origin: value.origin }) })
    const item = bind({ struct: asStruct(value), path, notes }, index, value)
    if (notes.length === before) items.push(item)
  }
  return items
}

/** The arrays beside the descriptor in the order of declaration. A later one of the same kind is not counted by any field. */
function declaredArrays(whole: StructValue, cell: FieldReader): readonly DeclaredArray[] {
  const found: DeclaredArray[] = []
  for (const [member, field] of whole.fields) {
    const value = asArray(field.value)
    const name = value && arrayName(member, value)
    if (!value || !name || found.some(array => array.name === name)) continue
    found.push({
      name,
      member,
      length: value.items.length,
      initialised: value.initialised,
      counted: countOf(cell, name),
      elementSize: widthOf(value),
      declaredAt: field.member.origin,
      ...lengthAt(field.member.type),
      value,
    })
  }
  return found
}

/** Bytes of one element; nested arrays do not occur in a configuration. */
const widthOf = ({ type: { element } }: ArrayValue): number => (element.kind === 'array' ? 8 : element.size)

const lengthAt = (type: { readonly kind: string; readonly lengthAt?: Origin }) =>
  type.kind === 'array' && type.lengthAt ? { lengthAt: type.lengthAt } : {}

function arrayName(member: string, value: ArrayValue): ArrayName | undefined {
  const { element } = value.type
  if (element.kind === 'struct' || element.kind === 'union') return ARRAY_OF_TAG[element.tag ?? '']
  if (element.kind !== 'int') return undefined
  if (/stream/.test(member)) return 'stream_ids'
  if (/pio/.test(member)) return 'pio_regions'
  return /cpu/.test(member) || element.size === 8 ? 'cpus' : undefined
}

const countOf = (cell: FieldReader, array: ArrayName): number =>
  array === 'pio_regions' ? num(cell, 'num_pio_regions', 'pio_bitmap_size') : num(cell, COUNT_OF[array])

/** Bit n of the set is CPU n; the words follow each other little endian whatever their width. */
function cpuNumbers(set: ArrayValue | undefined, notes: Unread[]): readonly number[] {
  const cpus: number[] = []
  for (const [index, word] of (set?.items ?? []).entries()) {
    if (word.kind === 'unknown') notes.push({ path: `cpus[${index}]`, because: word.because })
    const width = (set ? widthOf(set) : 8) * 8
    let bits = BigInt.asUintN(width, asInt(word)?.value ?? 0n)
    for (let bit = 0; bits !== 0n; bit++, bits >>= 1n) if (bits & 1n) cpus.push(index * width + bit)
  }
  return cpus
}

/** `pio_regions`, or what the bytes of an older `pio_bitmap` leave open: a 0 bit allows its port. */
function pioRegions(arrays: readonly DeclaredArray[], notes: Unread[]): readonly PioRegion[] {
  const array = arrays.find(({ name }) => name === 'pio_regions')
  if (array?.value.type.element.kind !== 'int')
    return bindElements(array, notes, (reader, index) => ({
      index,
      base: num(reader, 'base'),
      length: num(reader, 'length'),
      ...placed(reader),
    }))
  return openPorts(array.value.items.map(item => Number(asInt(item)?.value ?? 0xffn)))
}

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
