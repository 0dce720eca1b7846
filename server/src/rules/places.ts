import { tokensWithin } from '../c/raw/tokens.ts'
import type { DeclaredArray, Located, MemoryRegion } from '../config/model.ts'
import { phys, type Range, virt } from '../config/ranges.ts'
import { reaches, valuesAlong } from '../config/written.ts'
import { lineEnd } from '../text/lines.ts'
import { primarySpan } from '../text/origin.ts'
import type { Span } from '../text/source-file.ts'
import { hex } from '../text/words.ts'

/** Where nobody wrote anything; runRules puts such a finding on the configuration's declaration. */
export const nowhere: Span = { file: { uri: '', text: '' }, start: 0, end: 0 }

/**
 * The place of a field in the user's text, for a squiggle: its value; where that is not written the innermost struct
 * around it that is. `path` names fields as C does, from `placed` on: `size`, `tipvu.tlb_base`, `pin_bitmap[2]`.
 */
export function at(placed: Located, path = ''): Span {
  const chain = valuesAlong(placed.source, path)
  const origin = chain.at(-1)?.origin
  if (path && origin && reaches(chain, path)) return primarySpan(origin)
  const written = chain.findLast(value => value.origin)?.origin
  return written ? headOf(primarySpan(written)) : nowhere
}

/** The word of a flag in the list that is written for a field; the whole list where the word is not spelled there. */
export function atFlag(placed: Located, path: string, flag: string): Span {
  const span = at(placed, path)
  return tokensWithin(span).find(({ text }) => text === flag)?.span ?? span
}

/** The first line of a place: an element of twenty lines is marked at its opening brace, not over all its text. */
export function headOf(span: Span): Span {
  const end = lineEnd(span.file.text, span.start)
  if (span.end <= end) return span
  const line = span.file.text.slice(span.start, end).trimEnd()
  return { file: span.file, start: span.start, end: span.start + line.length }
}

/** An array's name in the struct that declares it. */
export const atDeclaration = (array: DeclaredArray): Span => primarySpan(array.declaredAt)

/** The length in the declaration of an array, or else its name. */
export const atLength = (array: DeclaredArray): Span => primarySpan(array.lengthAt ?? array.declaredAt)

/** An element of an array; where it is filled with zeros, the array's declaration. */
export function atElement(array: DeclaredArray, index: number): Span {
  const origin = array.value.items[index]?.origin
  return origin ? headOf(primarySpan(origin)) : atLength(array)
}

export { hex } from '../text/words.ts'

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const

/** `1.5 GiB`; a size that no unit states exactly keeps two decimals. */
export function humanSize(size: bigint): string {
  let unit = 0
  let whole = size
  while (whole >= 1024n && unit < UNITS.length - 1) {
    whole /= 1024n
    unit++
  }
  const hundredths = (size * 100n) / 1024n ** BigInt(unit)
  const amount = unit ? String(Number(hundredths) / 100) : String(size)
  return `${amount} ${size === 1n ? 'byte' : UNITS[unit]}`
}

/** `[0x8a0000000, 0x900000000)` */
export const interval = ({ start, end }: Range): string => `[${hex(start)}, ${hex(end)})`

/** `[0x8a0000000, 0x900000000) 1.5 GiB` */
export const describeRange = (range: Range): string => `${interval(range)} ${humanSize(range.end - range.start)}`

/** `region 4 at [0x8a0000000, 0x900000000) 1.5 GiB`, by its place in the machine. */
export const describe = (region: MemoryRegion): string => `region ${region.index} at ${describeRange(phys(region))}`

/** The same by the place where the cell sees it. */
export const describeVirt = (region: MemoryRegion): string => `region ${region.index} at ${describeRange(virt(region))}`

/** `00:0e.0` */
export const bdf = (value: number): string => {
  const digits = (part: number) => part.toString(16).padStart(2, '0')
  return `${digits(value >> 8)}:${digits((value >> 3) & 0x1f)}.${value & 7}`
}

/** `1 region`, `3 regions` */
export const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`

/** What tells a region from others when lines move. */
export const keyOf = (region: MemoryRegion): string => `${hex(region.virt_start)}+${hex(region.size)}`
