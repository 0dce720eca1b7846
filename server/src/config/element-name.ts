import type { Origin } from '../text/origin.ts'
import { describeRange } from '../text/words.ts'
import { commentName } from './comment-name.ts'
import type { CellConfig, Located, MemoryRegion } from './model.ts'
import { phys, virt } from './ranges.ts'

type Element = Located & { readonly index: number; readonly origin?: Origin }

/** Characters of a comment that a headline has room for: of one element, and where more is to be said of it. */
const ROOM = 42
const HALF_ROOM = 30

/**
 * What a headline calls an element of an array: the comment before it, `"RAM - reserved for inmate"`, else its number,
 * `region 36`. Elements that one macro use makes share a comment and are distinguished by their numbers. That of another
 * cell is named with it. At most 46 characters, the cell aside.
 */
export function elementName(element: Element, noun: string, owner?: CellConfig): string {
  const isOfMacro = (element.origin ?? element.source?.origin)?.expandedAt !== undefined
  const comment = commentName(element, owner || isOfMacro ? HALF_ROOM : ROOM)
  const numbered = `${noun} ${element.index}`
  const name = comment === undefined ? numbered : isOfMacro ? `"${comment}" (${numbered})` : `"${comment}"`
  return owner ? `${name} of ${owner.isRoot ? 'the root' : `"${owner.name}"`}` : name
}

/** A cell other than the one the file is about. */
export const cellName = ({ isRoot, name }: CellConfig): string => (isRoot ? 'the root cell' : `"${name}"`)

export const regionName = (region: MemoryRegion, owner?: CellConfig): string => elementName(region, 'region', owner)

/** An element in at most 33 characters, for a headline that names more than it. */
export function shortElementName(element: Element, noun: string): string {
  const comment = element.source?.origin?.expandedAt ? undefined : commentName(element, HALF_ROOM)
  return comment === undefined ? `${noun} ${element.index}` : `"${comment}"`
}

export const shortRegionName = (region: MemoryRegion): string => shortElementName(region, 'region')

/** Two regions of one cell, by their numbers where comments do not tell them apart. */
export function regionNames(first: MemoryRegion, second: MemoryRegion): readonly [string, string] {
  const [a, b] = [shortRegionName(first), shortRegionName(second)]
  return a === b ? [`region ${first.index}`, `region ${second.index}`] : [a, b]
}

/** A region with its place in the machine, for notes and related places. */
export const regionAt = (region: MemoryRegion, owner?: CellConfig): string =>
  `${regionName(region, owner)} at ${describeRange(phys(region))}`

/** The same with the place where its cell sees it. */
export const regionSeenAt = (region: MemoryRegion): string => `${regionName(region)} at ${describeRange(virt(region))}`
