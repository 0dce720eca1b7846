import type { ObjectDefinition } from '../c/unit.ts'
import type { StructValue, Value } from '../c/values/value.ts'
import type { Span } from '../text/source-file.ts'
import { visible } from '../text/visible.ts'
import { bindElements, cpuNumbers, declaredArrays, leftOut, lengthOf, pioRegions } from './bind-arrays.ts'
import { CON_ACCESS_MMIO, CON_REGDIST_4 } from './constants.ts'
import { cellFlags, memoryFlags } from './flags.ts'
import type { Header } from './header.ts'
import type {
  ArchitectureChoice,
  ArrayName,
  CacheRegion,
  CellConfig,
  Console,
  Counts,
  DeclaredArray,
  Irqchip,
  MemoryRegion,
  PciCapability,
  PciDevice,
  StreamId,
  Unread,
} from './model.ts'
import { foreignArrays, foreignFlags, incompleteArrays } from './not-simulated.ts'
import { FIRST_SPI } from './pins.ts'
import {
  asArray,
  asInt,
  big,
  chars,
  declaredBig,
  declaredChars,
  declaredNum,
  declares,
  type FieldReader,
  inside,
  ints,
  located,
  num,
  readerOf,
} from './read-fields.ts'

/** Until the whole configuration is at hand. */
const UNDECIDED: ArchitectureChoice = { architecture: undefined, by: 'nothing', candidates: [] }

/** An object that defines a configuration, and what its unit says of it. */
export interface Definition {
  readonly object: ObjectDefinition
  readonly whole: StructValue
  readonly header: Header
  /** Designators that name no member: what was meant by the element around them is not known. */
  readonly misnamed: readonly Span[]
  /** The object's declaration, where the unit defines further configurations. */
  readonly extent?: Span | undefined
  /** Arrays are bound as they are declared, whatever the counts say. */
  readonly isWhole?: true
  /** Of a reading by counts: the first element behind the end. */
  readonly behindEnd?: string
}

/** The cell of `descriptor`, with the arrays that stand beside it in the object. */
export function bindCell(
  { object, whole, header, misnamed, extent, isWhole, behindEnd }: Definition,
  descriptor: StructValue,
  isRoot: boolean,
): CellConfig {
  const notes: Unread[] = []
  const cell = readerOf(descriptor, isRoot ? 'root_cell' : 'cell', notes)
  const arrays = declaredArrays(whole, cell, header)
  const elements = <Item>(name: ArrayName, bind: (reader: FieldReader, index: number, value: Value) => Item): Item[] =>
    bindElements(
      arrays.find(array => array.name === name),
      notes,
      bind,
      misnamed,
      isWhole,
    )
  const regions = elements('mem_regions', (reader, index) => bindMemory(reader, index, header))
  const foreignIn = ({ source }: MemoryRegion) => foreignFlags(source, memoryFlags(header))
  const foreign = [...foreignArrays(arrays), ...regions.flatMap(foreignIn)]
  return {
    kind: 'cell',
    file: object.nameAt.spelled.file,
    isRoot,
    architecture: undefined,
    architectureChoice: UNDECIDED,
    revision: declaredNum(cell, 'revision'),
    signature: declaredChars(cell, 'signature'),
    name: visible(chars(cell, 'name')),
    id: num(cell, 'id'),
    flags: Number(cellFlags(header).read(big(cell, 'flags'))),
    counts: bindCounts(cell, arrays, isWhole),
    vpci_irq_base: declaredNum(cell, 'vpci_irq_base'),
    cpu_reset_address: declaredBig(cell, 'cpu_reset_address'),
    msg_reply_timeout: declaredBig(cell, 'msg_reply_timeout'),
    console: bindConsole(inside(cell, 'console'), header),
    cpus: cpuNumbers(
      arrays.find(array => array.name === 'cpus'),
      notes,
    ),
    mem_regions: regions.filter(region => foreignIn(region).length === 0),
    cache_regions: elements('cache_regions', bindCacheRegion),
    irqchips: elements('irqchips', bindIrqchip),
    pio_regions: pioRegions(arrays, notes, isWhole),
    pci_devices: elements('pci_devices', bindPciDevice),
    pci_caps: elements('pci_caps', bindPciCapability),
    stream_ids: elements('stream_ids', bindStreamId),
    arrays,
    unread: notes,
    notSimulated: [...foreignFlags(descriptor, cellFlags(header)), ...foreign, ...leftOut(arrays)],
    incomplete: incompleteArrays(arrays, notes, foreign),
    header,
    whole,
    ...(extent && { extent }),
    ...(behindEnd && { behindEnd }),
    source: descriptor,
  }
}

const bindCacheRegion = (reader: FieldReader, index: number): CacheRegion => ({
  index,
  start: num(reader, 'start'),
  size: num(reader, 'size'),
  type: num(reader, 'type'),
  flags: num(reader, 'flags'),
  ...located(reader),
})

const bindPciCapability = (reader: FieldReader, index: number): PciCapability => ({
  index,
  id: num(reader, 'id'),
  start: num(reader, 'start'),
  len: num(reader, 'len'),
  flags: num(reader, 'flags'),
  ...located(reader),
})

/** A count that cannot be computed is taken to be that of its array. */
function bindCounts(cell: FieldReader, arrays: readonly DeclaredArray[], isWhole = false): Counts {
  const counted = (field: string): number => {
    const array = arrays.find(({ entry }) => entry.count === field)
    if (!array) return num(cell, field)
    return isWhole ? lengthOf(array) : array.counted
  }
  const declared = (field: string) => (declares(cell, field) ? counted(field) : undefined)
  return {
    cpu_set_size: declared('cpu_set_size'),
    num_memory_regions: counted('num_memory_regions'),
    num_cache_regions: declared('num_cache_regions'),
    num_irqchips: counted('num_irqchips'),
    num_pio_regions: declared('num_pio_regions'),
    num_pci_devices: counted('num_pci_devices'),
    num_pci_caps: counted('num_pci_caps'),
    num_stream_ids: declared('num_stream_ids'),
  }
}

export function bindMemory(reader: FieldReader, index: number, header: Header): MemoryRegion {
  return {
    index,
    phys_start: big(reader, 'phys_start'),
    virt_start: big(reader, 'virt_start'),
    size: big(reader, 'size'),
    flags: memoryFlags(header).read(big(reader, 'flags')),
    ...located(reader),
  }
}

/** A console; in the first revision `debug_console` still was a `struct jailhouse_memory`. */
export const bindConsole = (reader: FieldReader, header: Header): Console => ({
  address: big(reader, 'address', 'phys_start'),
  size: num(reader, 'size'),
  type: num(reader, 'type'),
  flags: declares(reader, 'type') ? num(reader, 'flags') : accessOf(num(reader, 'flags'), header),
  ...(!declares(reader, 'type') && { ownType: typeWithin(num(reader, 'flags'), header) }),
  divider: num(reader, 'divider'),
  gate_nr: num(reader, 'gate_nr'),
  clock_reg: big(reader, 'clock_reg'),
  ...located(reader),
})

/** What said that the registers are memory while `flags` held the type, too: newest first (`CON_IS_MMIO`, `CON1_IS_MMIO`). */
export const MMIO_NAMES: readonly string[] = [
  'JAILHOUSE_CON1_ACCESS_MMIO',
  'JAILHOUSE_CON1_FLAG_MMIO',
  'JAILHOUSE_CON_FLAG_MMIO',
  'JAILHOUSE_MEM_IO',
]

/** Of flags before revision 10 how the registers are accessed and how far apart they are, in the bits of today. */
function accessOf(flags: number, header: Header): number {
  const [mmio = 0n] = MMIO_NAMES.flatMap(name => header.constants(name).get(name) ?? [])
  const distance = header.constant('JAILHOUSE_CON1_REGDIST_4') ?? 0n
  const isSet = (bit: bigint) => (BigInt(flags) & bit) !== 0n
  return (isSet(mmio) ? CON_ACCESS_MMIO : 0) | (isSet(distance) ? CON_REGDIST_4 : 0)
}

/** The type, of which the flags had the last four bits before revision 10, in several orders. */
function typeWithin(flags: number, header: Header): number {
  const mask = header.constant('JAILHOUSE_CON1_TYPE_MASK') ?? header.constant('JAILHOUSE_CON_TYPE_MASK')
  return Number(BigInt(flags) & (mask ?? 0n))
}

/** The megabyte of a PC in which all its IOAPICs lie. */
export const isIoapic = (address: bigint): boolean => address >> 20n === 0xfecn

/** The first headers have one word of 64 pins, which are an IOAPIC's from 0 on and a GIC's shared ones from 32 on. */
function bindIrqchip(reader: FieldReader, index: number): Irqchip {
  const address = big(reader, 'address')
  const first = { index, address, id: num(reader, 'id'), ...located(reader) }
  const words = asArray(reader.struct?.fields.get('pin_bitmap')?.value)?.items.length ?? 4
  if (declares(reader, 'pin_base'))
    return { ...first, pin_base: num(reader, 'pin_base'), pin_bitmap: ints(reader, 'pin_bitmap', words) }
  const pins = big(reader, 'pin_bitmap')
  const pin_bitmap = [Number(pins & 0xffffffffn), Number((pins >> 32n) & 0xffffffffn), 0, 0]
  return { ...first, pin_base: isIoapic(address) ? 0 : FIRST_SPI, pin_bitmap }
}

const bindPciDevice = (reader: FieldReader, index: number): PciDevice => ({
  index,
  type: num(reader, 'type'),
  iommu: num(reader, 'iommu'),
  domain: num(reader, 'domain'),
  bdf: num(reader, 'bdf'),
  bar_mask: declares(reader, 'bar_mask') ? ints(reader, 'bar_mask', 6) : [],
  caps_start: num(reader, 'caps_start'),
  num_caps: num(reader, 'num_caps'),
  num_msi_vectors: num(reader, 'num_msi_vectors'),
  msi_64bits: num(reader, 'msi_64bits'),
  msi_maskable: declaredNum(reader, 'msi_maskable') ?? 0,
  num_msix_vectors: num(reader, 'num_msix_vectors'),
  msix_region_size: num(reader, 'msix_region_size'),
  msix_address: big(reader, 'msix_address'),
  shmem_region: declaredNum(reader, 'shmem_region'),
  shmem_regions_start: declaredNum(reader, 'shmem_regions_start'),
  shmem_dev_id: declaredNum(reader, 'shmem_dev_id'),
  shmem_peers: declaredNum(reader, 'shmem_peers'),
  shmem_protocol: declaredNum(reader, 'shmem_protocol'),
  ...located(reader),
})

/** A stream id is a plain word in older revisions, and a union of that word and the MMU-500's two halves since 13. */
function bindStreamId(reader: FieldReader, index: number, value: Value): StreamId {
  const halves = inside(reader, 'mmu500')
  const word = halves.struct
    ? num(halves, 'id') + num(halves, 'mask_out') * 0x10000
    : reader.struct
      ? num(reader, 'id')
      : Number(asInt(value)?.value ?? 0n)
  return { index, id: word, ...located(reader), ...(value.origin && { origin: value.origin }) }
}
