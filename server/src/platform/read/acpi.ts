import { rangeOf } from '../../config/ranges.ts'
import type { BinaryFile } from '../../text/binary-file.ts'
import type { DeviceScope, FirmwareRegion, Ioapic, Iommu, Mmconfig, Source, Uart } from '../model.ts'

/** ACPI tables, as far as configurations depend on them. */

export interface AcpiFacts {
  readonly iommus: readonly Iommu[]
  readonly firmwareRegions: readonly FirmwareRegion[]
  readonly ioapics?: readonly Ioapic[]
  readonly mmconfig?: readonly Mmconfig[]
  readonly uarts: readonly Uart[]
  readonly problems: readonly string[]
}

const HEADER_SIZE = 36
const SIGNATURES = ['DMAR', 'IVRS', 'APIC', 'MCFG', 'SPCR', 'DBG2', 'IORT'] as const

/** Little-endian fields of one table, or of one entry of it; what lies beyond its end reads as 0. */
class Fields {
  readonly #view: DataView
  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  get length(): number {
    return this.#view.byteLength
  }
  u8(at: number): number {
    return at + 1 <= this.length ? this.#view.getUint8(at) : 0
  }
  u16(at: number): number {
    return at + 2 <= this.length ? this.#view.getUint16(at, true) : 0
  }
  u32(at: number): number {
    return at + 4 <= this.length ? this.#view.getUint32(at, true) : 0
  }
  u64(at: number): bigint {
    return at + 8 <= this.length ? this.#view.getBigUint64(at, true) : 0n
  }
  part(from: number, length: number): Fields {
    const start = Math.min(from, this.length)
    const end = Math.min(start + length, this.length)
    return new Fields(new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, end - start))
  }
}

/** The signature of an ACPI table, if the bytes are one. */
export function acpiSignature(bytes: Uint8Array): string | undefined {
  if (bytes.length < HEADER_SIZE) return undefined
  const signature = String.fromCharCode(...bytes.subarray(0, 4))
  const length = new Fields(bytes).u32(4)
  return /^[A-Z0-9]{4}$/.test(signature) && HEADER_SIZE <= length && length <= bytes.length + 0x10000
    ? signature
    : undefined
}

export function readAcpiTable({ bytes }: BinaryFile, source: Source): AcpiFacts {
  const nothing: AcpiFacts = { iommus: [], firmwareRegions: [], uarts: [], problems: [] }
  const signature = acpiSignature(bytes) as (typeof SIGNATURES)[number] | undefined
  const whole = new Fields(bytes)
  const table = whole.part(0, whole.u32(4))
  // A list that breaks off would say of what it lacks that the machine has none.
  if (signature && whole.length < whole.u32(4)) return { ...nothing, problems: ['truncated; nothing is taken from it'] }
  switch (signature) {
    case 'DMAR':
      return { ...nothing, ...readDmar(table, source) }
    case 'IVRS':
      return { ...nothing, ...readIvrs(table, source) }
    case 'APIC':
      return { ...nothing, ioapics: readMadt(table, source) }
    case 'MCFG':
      return { ...nothing, mmconfig: readMcfg(table, source) }
    case 'SPCR':
      return { ...nothing, uarts: readSpcr(table, source) }
    case 'DBG2':
      return { ...nothing, uarts: readDbg2(table, source) }
    case 'IORT':
      return { ...nothing, iommus: readIort(table, source) }
    default:
      return nothing
  }
}

/** Entries that begin with their own length; a length of zero, or one beyond the table, ends the walk. */
function entriesOf(table: Fields, from: number, lengthAt: (at: number) => number): readonly Fields[] {
  const entries: Fields[] = []
  for (let at = from; at < table.length && entries.length < 4096; ) {
    const length = lengthAt(at)
    if (length < 2 || table.length < at + length) break
    entries.push(table.part(at, length))
    at += length
  }
  return entries
}

const SCOPE_KINDS: Readonly<Record<number, DeviceScope['kind']>> = {
  1: 'endpoint',
  2: 'bridge',
  3: 'ioapic',
  4: 'hpet',
}

/** A unit without the devices it names. */
const DRHD_SIZE = 16

function readDmar(table: Fields, source: Source): Pick<AcpiFacts, 'iommus' | 'firmwareRegions'> {
  const entries = entriesOf(table, 48, at => table.u16(at + 2))
  const iommus = entries
    .filter(entry => entry.u16(0) === 0 && DRHD_SIZE <= entry.length)
    .map(
      (entry, index): Iommu => ({
        source,
        kind: 'intel',
        index,
        name: `dmar${index}`,
        enabled: true,
        takesAll: (entry.u8(4) & 1) === 1,
        segment: entry.u16(6),
        base: entry.u64(8),
        scopes: scopesOf(entry, 16),
      }),
    )
  const firmwareRegions = entries
    .filter(entry => entry.u16(0) === 1 && entry.u64(8) < entry.u64(16))
    .map(entry => ({ source, range: { start: entry.u64(8), end: entry.u64(16) + 1n } }))
  return { iommus, firmwareRegions }
}

function scopesOf(entry: Fields, from: number): readonly DeviceScope[] {
  return entriesOf(entry, from, at => entry.u8(at + 1)).map(scope => {
    // A path of more than one step leads through bridges, which number the buses behind them.
    const isDirect = scope.length <= 8
    const bdf = (scope.u8(5) << 8) | (scope.u8(6) << 3) | scope.u8(7)
    return {
      kind: SCOPE_KINDS[scope.u8(0)] ?? 'other',
      enumerationId: scope.u8(4),
      bdf,
      ...(isDirect ? {} : { path: pathOf(scope) }),
    }
  })
}

const pathOf = (scope: Fields): readonly number[] =>
  Array.from(
    { length: Math.min(Math.floor((scope.length - 8) / 2), 16) },
    (_, i) => (scope.u8(8 + 2 * i) << 3) | scope.u8(9 + 2 * i),
  )

const IVHD_TYPES: readonly number[] = [0x40, 0x11, 0x10]

/** Several blocks describe one unit in older and newer form; the highest type counts. */
function readIvrs(table: Fields, source: Source): Pick<AcpiFacts, 'iommus' | 'firmwareRegions'> {
  const blocks = entriesOf(table, 48, at => table.u16(at + 2))
  const units = new Map<bigint, Fields>()
  for (const block of blocks) {
    const type = block.u8(0)
    const known = units.get(block.u64(8))
    if (IVHD_TYPES.includes(type) && 24 <= block.length && (!known || known.u8(0) < type))
      units.set(block.u64(8), block)
  }
  const iommus = [...units.values()].map((block, index): Iommu => {
    const hasRegisters = block.u8(0) !== 0x10
    return {
      source,
      kind: 'amd',
      index,
      name: `amd_iommu${index}`,
      enabled: true,
      takesAll: false,
      segment: block.u16(16),
      base: block.u64(8),
      amd: { bdf: block.u16(4), capability: block.u16(6), features: block.u32(20) },
      scopes: ivhdScopes(block, hasRegisters ? 40 : 24),
    }
  })
  const firmwareRegions = blocks
    .filter(block => 0x20 <= block.u8(0) && block.u8(0) <= 0x22 && block.u64(16) > 0n)
    .map(block => ({ source, range: rangeOf(block.u64(8), block.u64(16)) }))
  return { iommus, firmwareRegions }
}

/** Devices of a unit; ranges and aliases as the endpoints they begin with. */
function ivhdScopes(block: Fields, from: number): readonly DeviceScope[] {
  const ACPI_HID = 0xf0
  const SPECIAL = 0x48
  const lengthAt = (at: number): number =>
    block.u8(at) === ACPI_HID ? 22 + block.u8(at + 21) : 4 << (block.u8(at) >> 6)
  return entriesOf(block, from, lengthAt).flatMap((entry): readonly DeviceScope[] => {
    const type = entry.u8(0)
    if (type === SPECIAL) {
      const kind = entry.u8(7) === 1 ? 'ioapic' : entry.u8(7) === 2 ? 'hpet' : 'other'
      return [{ kind, enumerationId: entry.u8(4), bdf: entry.u16(5) }]
    }
    return [2, 3, 0x42, 0x43, 0x46, 0x47].includes(type)
      ? [{ kind: 'endpoint', enumerationId: 0, bdf: entry.u16(1) }]
      : []
  })
}

const readMadt = (table: Fields, source: Source): readonly Ioapic[] =>
  entriesOf(table, 44, at => table.u8(at + 1))
    .filter(entry => entry.u8(0) === 1 && 12 <= entry.length)
    .map(entry => ({ source, enumerationId: entry.u8(2), address: BigInt(entry.u32(4)), gsiBase: entry.u32(8) }))

function readMcfg(table: Fields, source: Source): readonly Mmconfig[] {
  const found: Mmconfig[] = []
  for (let at = 44; at + 16 <= table.length; at += 16)
    found.push({
      source,
      base: table.u64(at),
      segment: table.u16(at + 8),
      firstBus: table.u8(at + 10),
      lastBus: table.u8(at + 11),
    })
  return found
}

/** The console firmware chose. */
const readSpcr = (table: Fields, source: Source): readonly Uart[] =>
  uartOf(table.part(40, 12), table.u8(36), 'SPCR', source)

const SERIAL = 0x8000

/** Ports for debuggers; those that are serial lines may be consoles as well. */
function readDbg2(table: Fields, source: Source): readonly Uart[] {
  const devices = entriesOf(table, table.u32(36) || table.length, at => table.u16(at + 1))
  return devices
    .filter(device => device.u16(12) === SERIAL && device.u8(3) > 0)
    .flatMap((device, i) => uartOf(device.part(device.u16(18), 12), device.u16(14), `DBG2 port ${i}`, source))
}

/** What an SMMU is called by the type of its node. */
const SMMUS: Readonly<Record<number, Iommu['kind']>> = { 3: 'smmu-v2', 4: 'smmu-v3' }

/** Units of servers that have no device tree. */
function readIort(table: Fields, source: Source): readonly Iommu[] {
  const nodes = entriesOf(table, table.u32(40) || table.length, at => table.u16(at + 1))
  return nodes
    .flatMap(node => {
      const kind = SMMUS[node.u8(0)]
      return kind ? [{ kind, base: node.u64(16), size: kind === 'smmu-v2' ? node.u64(24) : 0x20000n }] : []
    })
    .filter(({ base }) => base !== 0n)
    .map((unit, index) => ({
      source,
      ...unit,
      index,
      name: `SMMU ${index}`,
      enabled: true,
      segment: 0,
      scopes: [],
      takesAll: false,
    }))
}

/** A UART by its generic address: space, width, offset, size of an access, and the address. */
function uartOf(place: Fields, kind: number, name: string, source: Source): readonly Uart[] {
  const base = place.u64(4)
  const isPort = place.u8(0) === 1
  const type = [0, 1, 0x12].includes(kind) ? '8250' : [3, 0x0d, 0x0e].includes(kind) ? 'PL011' : undefined
  if (base === 0n) return []
  const distance = place.u8(1) === 32 ? 4 : 1
  return [
    {
      source,
      path: name,
      name,
      compatible: '',
      enabled: true,
      ...(type && { type }),
      ...(type === '8250' && { distance }),
      range: rangeOf(base, isPort ? 8n : 0x1000n),
      ...(isPort && { isPort }),
    },
  ]
}
