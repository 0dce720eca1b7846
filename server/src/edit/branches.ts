import { conditionalsIn, holdsDirective } from '../c/raw/conditionals.ts'
import type { CellConfig, DeclaredArray } from '../config/model.ts'
import { primarySpan } from '../text/origin.ts'
import type { Span } from '../text/source-file.ts'
import { resized } from './arrays.ts'
import type { Change } from './change.ts'

/**
 * Lists with directives in them. An element outside of every branch is there in all of them: one more makes one more
 * whichever is in force, so length and count may follow by as many. Spare elements may be another branch's, and what an
 * index means in another branch nobody can tell from this one.
 */

/** The list of an array, if it stands in the cell's own file. */
export function listOf({ file }: CellConfig, { value }: DeclaredArray): Span | undefined {
  const braces = value.origin && primarySpan(value.origin)
  return braces?.file === file ? braces : undefined
}

const encloses = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end

/** Whether what stands at a place of a list is there whichever branch is in force, and holds no branch itself. */
export const isInAllBranches = (place: Span, list: Span): boolean =>
  place.file === list.file &&
  !(place.start < place.end && holdsDirective(place)) &&
  !conditionalsIn(list.file).some(each => encloses(list, each) && encloses(each, place))

/** Whether no directive stands between a place and the end of its list. */
export const isLastInAllBranches = (place: Span, list: Span): boolean => !holdsDirective({ ...list, start: place.end })

/** More elements, or fewer, of a list with branches: undefined where its length or count is another in other branches. */
export function resizedInAllBranches(cell: CellConfig, array: DeclaredArray, added: number): Change | undefined {
  const list = listOf(cell, array)
  const change = resized(cell, array, array.length + added)
  return list && change?.edits.every(({ span }) => standsWith(span, list)) ? change : undefined
}

/** Whether a place is in force wherever a list is. */
const standsWith = (place: Span, list: Span): boolean =>
  place.file !== list.file ||
  conditionalsIn(list.file).every(({ branches, ...all }) => {
    if (!encloses(all, place)) return true
    return branches.some(({ body }) => encloses(body, place) && encloses(body, list))
  })
