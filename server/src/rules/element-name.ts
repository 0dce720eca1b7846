import { commentName } from '../config/comment-name.ts'
import type { CellConfig, Located, MemoryRegion } from '../config/model.ts'
import type { Origin } from '../text/origin.ts'

type Element = Located & { readonly index: number; readonly origin?: Origin }

/**
 * What a headline calls an element of an array: the comment before it, `"RAM - reserved for inmate"`, else its number,
 * `region 36`. Elements that one macro use makes share a comment and are told apart by their numbers. That of another
 * cell is named with it.
 */
export function elementName(element: Element, noun: string, owner?: CellConfig): string {
  const comment = commentName(element)
  const numbered = `${noun} ${element.index}`
  const isOfMacro = (element.origin ?? element.source?.origin)?.expandedAt !== undefined
  const name = comment === undefined ? numbered : isOfMacro ? `"${comment}" (${numbered})` : `"${comment}"`
  return owner ? `${name} of "${owner.name}"` : name
}

export const regionName = (region: MemoryRegion, owner?: CellConfig): string => elementName(region, 'region', owner)
