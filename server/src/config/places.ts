import { tokensWithin } from '../c/raw/tokens.ts'
import { lineEnd } from '../text/lines.ts'
import { primarySpan } from '../text/origin.ts'
import type { Span } from '../text/source-file.ts'
import { hex } from '../text/words.ts'
import type { CellConfig, DeclaredArray, Located, MemoryRegion } from './model.ts'
import { reaches, valuesAlong } from './written.ts'

/** Where nobody wrote anything; runRules puts such a finding on the configuration's declaration. */
export const noSpan: Span = { file: { uri: '', text: '' }, start: 0, end: 0 }

/**
 * The place of a field in the user's text, for a squiggle: its value; where that is not written the innermost struct
 * around it that is. `path` names fields as C does, from `located` on: `size`, `tipvu.tlb_base`, `pin_bitmap[2]`.
 */
export function at(located: Located, path = ''): Span {
  const chain = valuesAlong(located.source, path)
  const origin = chain.at(-1)?.origin
  if (path && origin && reaches(chain, path)) return primarySpan(origin)
  const written = chain.findLast(value => value.origin)?.origin
  return written ? firstLine(primarySpan(written)) : noSpan
}

/** The word of a flag in the list that is written for a field; the whole list where the word is not spelled there. */
export function atFlag(located: Located, path: string, flag: string): Span {
  const span = at(located, path)
  return tokensWithin(span).find(({ text }) => text === flag)?.span ?? span
}

/** The first line of a place: an element of twenty lines is marked at its opening brace, not over all its text. */
export function firstLine(span: Span): Span {
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
  return origin ? firstLine(primarySpan(origin)) : atLength(array)
}

/** Whether a place belongs to a cell: to its file, or to its declaration where the file holds several. */
export const isOfCell = (span: Span, { file, extent }: CellConfig): boolean =>
  span.file === file && (!extent || (extent.start <= span.start && span.end <= extent.end))

/** What tells a region from others when lines move. */
export const keyOf = (region: MemoryRegion): string => `${hex(region.virt_start)}+${hex(region.size)}`
