import { rangeOf } from '../../config/ranges.ts'
import { append } from '../../text/groups.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import type { PciCapability, PciFunction, Source } from '../model.ts'
import { linesOf, wordsOf } from './lines.ts'

/** PCI configuration space: the bytes of sysfs, and `lspci -xxx` text. */

const HEADER_SIZE = 64
const SPACE_SIZE = 256
const EXTENDED_SIZE = 4096

export interface PciAddress {
  readonly segment: number
  readonly bdf: number
}

/** `0000:00:1f.2`, or without the segment. */
export function pciAddress(spelled: string): PciAddress | undefined {
  const [, segment = '0', bus, device, part] =
    /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/i.exec(spelled) ?? []
  if (bus === undefined || device === undefined || part === undefined) return undefined
  const number = (digits: string) => Number.parseInt(digits, 16)
  return { segment: number(segment), bdf: (number(bus) << 8) | ((number(device) & 0x1f) << 3) | number(part) }
}

const word = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
const long = (bytes: Uint8Array, at: number): number => (word(bytes, at) | (word(bytes, at + 2) << 16)) >>> 0

/** A device by its configuration space. Undefined where nothing answers there. */
export function pciFunction(
  { segment, bdf }: PciAddress,
  bytes: Uint8Array,
  resource: readonly PciResource[] | undefined,
  source: Source,
  span?: Span,
): PciFunction | undefined {
  if (bytes.length < HEADER_SIZE || word(bytes, 0) === 0xffff) return undefined
  const isBridge = ((bytes[0x0e] ?? 0) & 0x7f) === 1
  const bars = resource ? barsOf(resource) : barsIn(bytes, isBridge ? 2 : 6)
  const barMask = resource && masksOf(resource)
  const capabilities = bytes.length < SPACE_SIZE ? undefined : capabilitiesOf(bytes)
  const msi = capabilities && msiOf(bytes, capabilities)
  const msix = capabilities && msixOf(bytes, capabilities, bars)
  return {
    source,
    ...(span && { span }),
    segment,
    bdf,
    vendor: word(bytes, 0),
    device: word(bytes, 2),
    class: long(bytes, 8) >>> 8,
    isBridge,
    ...(isBridge && { secondary: { first: bytes[0x19] ?? 0, last: bytes[0x1a] ?? 0 } }),
    bars,
    ...(barMask && { barMask }),
    ...(capabilities && { capabilities }),
    ...(msi && { msi }),
    ...(msix && { msix }),
  }
}

/** A line of sysfs' `resource`: BARs, ROM, windows of bridges. */
export interface PciResource {
  readonly start: bigint
  readonly end: bigint
  readonly flags: bigint
}

const IS_PORT = 0x100n
const IS_MEMORY = 0x200n
const IS_64_BITS = 0x100000n

export const readResource = (file: SourceFile): readonly PciResource[] =>
  linesOf(file).flatMap(({ text }) => {
    const [start, end, flags] = wordsOf(text).map(each => (/^0x[0-9a-f]{1,16}$/i.test(each) ? BigInt(each) : undefined))
    return start === undefined || end === undefined || flags === undefined ? [] : [{ start, end, flags }]
  })

const BARS = 6

const barsOf = (resource: readonly PciResource[]): PciFunction['bars'] =>
  resource
    .slice(0, BARS)
    .flatMap(({ start, end, flags }, index) =>
      start < end && (flags & (IS_PORT | IS_MEMORY)) !== 0n
        ? [{ index, range: { start, end: end + 1n }, isPort: (flags & IS_PORT) !== 0n }]
        : [],
    )

/** `~(end - start)` per BAR; of a BAR of 64 bits both words. */
function masksOf(resource: readonly PciResource[]): readonly number[] {
  const masks = new Array<number>(BARS).fill(0)
  for (let i = 0; i < Math.min(BARS, resource.length); i++) {
    const { start, end, flags } = resource[i] as PciResource
    if ((flags & (IS_PORT | IS_MEMORY)) === 0n || end < start) continue
    const mask = BigInt.asUintN(64, ~(end - start))
    masks[i] = Number(mask & 0xffffffffn)
    if ((flags & IS_64_BITS) !== 0n && i + 1 < BARS) masks[++i] = Number(mask >> 32n)
  }
  return masks
}

/** Where BARs lie by the space itself; their sizes are not in it. */
function barsIn(bytes: Uint8Array, count: number): PciFunction['bars'] {
  const bars: { index: number; range: { start: bigint; end: bigint }; isPort: boolean }[] = []
  for (let index = 0; index < count; index++) {
    const value = long(bytes, 0x10 + 4 * index)
    const isPort = (value & 1) === 1
    const is64 = !isPort && (value & 6) === 4
    const high = is64 ? BigInt(long(bytes, 0x14 + 4 * index)) << 32n : 0n
    const start = high | BigInt((value & (isPort ? ~3 : ~15)) >>> 0)
    if (start !== 0n) bars.push({ index, range: rangeOf(start, isPort ? 1n : 16n), isPort })
    if (is64) index++
  }
  return bars
}

const CAP_POWER = 1
const CAP_MSI = 5
const CAP_EXPRESS = 0x10
const CAP_MSIX = 0x11

/** The list in the first 256 bytes, and the extended one behind. Lists may loop or leave the space. */
function capabilitiesOf(bytes: Uint8Array): readonly PciCapability[] {
  const HAS_LIST = 0x10
  const found: PciCapability[] = []
  const seen = new Set<number>()
  let at = (word(bytes, 6) & HAS_LIST) !== 0 ? (bytes[0x34] ?? 0) & ~3 : 0
  while (0x40 <= at && at < SPACE_SIZE && !seen.has(at)) {
    seen.add(at)
    const id = bytes[at] ?? 0
    if (id === 0xff) break
    found.push({ id, isExtended: false, start: at, length: lengthOf(bytes, id, at) })
    at = (bytes[at + 1] ?? 0) & ~3
  }
  if (bytes.length < EXTENDED_SIZE) return apart(found)
  for (let next = SPACE_SIZE; SPACE_SIZE <= next && next < EXTENDED_SIZE && !seen.has(next); ) {
    seen.add(next)
    const header = long(bytes, next)
    if (header === 0 || header === 0xffffffff) break
    found.push({ id: header & 0xffff, isExtended: true, start: next, length: EXTENDED_LENGTHS[header & 0xffff] ?? 4 })
    next = (header >>> 20) & ~3
  }
  return apart(found)
}

/** None reaches into the next: what a version of the specification adds, older devices use for others. */
function apart(capabilities: readonly PciCapability[]): readonly PciCapability[] {
  const starts = capabilities.map(({ start }) => start).toSorted((a, b) => a - b)
  const next = new Map(starts.map((start, i) => [start, starts[i + 1] ?? EXTENDED_SIZE]))
  return capabilities.map(each => ({
    ...each,
    length: Math.min(each.length, (next.get(each.start) ?? EXTENDED_SIZE) - each.start),
  }))
}

/** Bytes of extended capabilities of a fixed size, by the PCI specification. */
const EXTENDED_LENGTHS: Readonly<Record<number, number>> = {
  1: 72, // advanced error reporting
  2: 16, // virtual channels
  3: 12, // serial number
  4: 16, // power budgeting
  13: 8, // access control
  14: 8, // alternative routing
  15: 8, // address translation
  16: 64, // SR-IOV
  19: 16, // page requests
  24: 8, // latency tolerance
  25: 12, // secondary express
}

function lengthOf(bytes: Uint8Array, id: number, at: number): number {
  const flags = word(bytes, at + 2)
  switch (id) {
    case CAP_POWER:
      return 8
    case CAP_MSI:
      return ((flags & 0x80) !== 0 ? 14 : 10) + ((flags & 0x100) !== 0 ? 10 : 0)
    case CAP_MSIX:
      return 12
    case CAP_EXPRESS:
      return (flags & 0xf) < 2 ? 20 : 60
    default:
      return 2
  }
}

const capabilityAt = (capabilities: readonly PciCapability[], wanted: number): number | undefined =>
  capabilities.find(({ id, isExtended }) => id === wanted && !isExtended)?.start

function msiOf(bytes: Uint8Array, capabilities: readonly PciCapability[]): PciFunction['msi'] {
  const at = capabilityAt(capabilities, CAP_MSI)
  if (at === undefined) return undefined
  const flags = word(bytes, at + 2)
  return { vectors: 1 << ((flags >> 1) & 7), is64: (flags & 0x80) !== 0, isMaskable: (flags & 0x100) !== 0 }
}

/** The page of the table that must stay out of the root's regions. */
function msixOf(
  bytes: Uint8Array,
  capabilities: readonly PciCapability[],
  bars: PciFunction['bars'],
): PciFunction['msix'] {
  const at = capabilityAt(capabilities, CAP_MSIX)
  if (at === undefined) return undefined
  const vectors = (word(bytes, at + 2) & 0x7ff) + 1
  const place = long(bytes, at + 4)
  const bar = bars.find(({ index }) => index === (place & 7))
  if (!bar) return undefined
  const size = BigInt((vectors * 16 + 0xfff) & 0xf000)
  return { vectors, table: rangeOf(bar.range.start + BigInt((place & ~7) >>> 0), size) }
}

const LSPCI_HEADER = /^(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] /i
const LSPCI_ROW = /^([0-9a-f]{2,3}):((?: [0-9a-f]{2}){1,16})[ \t]*$/i

export const isLspciHeader = (text: string): boolean => LSPCI_HEADER.test(text)
export const isLspciRow = (text: string): boolean => LSPCI_ROW.test(text)

/** Devices of `lspci -x`, `-xxx` or `-xxxx`. */
export function readLspci(file: SourceFile, source: Source): readonly PciFunction[] {
  const found: PciFunction[] = []
  let current: { address: PciAddress; bytes: number[]; span: Span } | undefined
  const finish = () => {
    const device =
      current && pciFunction(current.address, Uint8Array.from(current.bytes), undefined, source, current.span)
    if (device) found.push(device)
    current = undefined
  }
  for (const { text, span } of linesOf(file)) {
    if (isLspciHeader(text)) {
      finish()
      const address = pciAddress(text.slice(0, text.indexOf(' ')))
      if (address) current = { address, bytes: [], span }
    }
    const [, offset, row] = LSPCI_ROW.exec(text) ?? []
    // Rows follow each other; one that does not belongs to nothing.
    if (current && row !== undefined && Number.parseInt(offset ?? '', 16) === current.bytes.length)
      append(
        current.bytes,
        wordsOf(row).map(each => Number.parseInt(each, 16)),
      )
  }
  finish()
  return found
}
