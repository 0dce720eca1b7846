import { type ListItem, listAt } from '../c/raw/lists.ts'
import type { DeclaredArray } from '../config/model.ts'
import { memoize } from '../text/memo.ts'
import { primarySpan } from '../text/origin.ts'
import type { Span } from '../text/source-file.ts'
import { spanAt } from './layout.ts'

/** What is written at one place, an element or a macro for several, with its comments and its comma. */
export interface ElementText {
  /** From behind the element before it. */
  readonly text: Span
  /** The element alone. */
  readonly element: Span
  /** The comments in front of it and behind it. */
  readonly comments: readonly Span[]
  /** Indices `[first, end)` of the elements it makes. */
  readonly first: number
  readonly end: number
}

/** The elements of an array without gap or remainder; undefined when more than elements and comments stands in it. */
export const elementTexts = memoize((array: DeclaredArray): readonly ElementText[] | undefined => {
  const braces = array.value.origin
  if (!braces || braces.expandedAt) return undefined
  const list = listAt(braces.spelled.file, braces.spelled.start)
  const starts = startsOf(array)
  if (!list?.isPlain || !starts || list.items.length !== starts.length) return undefined
  const texts = list.items.map((item, i) => textOfItem(array, item, starts, i, list.items[i - 1]?.whole.end))
  return texts.includes(undefined) ? undefined : texts.filter(text => text !== undefined)
})

/** The first index of each place where elements are written; undefined where they do not stand in their order. */
function startsOf({ value, initialised }: DeclaredArray): readonly number[] | undefined {
  const starts: number[] = []
  let last = -1
  for (const [index, { origin }] of value.items.slice(0, initialised).entries()) {
    const start = origin ? primarySpan(origin).start : -1
    if (start < last) return undefined
    if (last < start) starts.push(index)
    last = start
  }
  return starts
}

function textOfItem(
  { value, initialised }: DeclaredArray,
  { span, before, after, whole }: ListItem,
  starts: readonly number[],
  i: number,
  previousEnd: number | undefined,
): ElementText | undefined {
  const [first, end] = [starts[i]!, starts[i + 1] ?? initialised]
  const origin = value.items[first]?.origin
  const written = origin && primarySpan(origin)
  if (!written || written.start < span.start || span.end < written.end) return undefined
  const text = spanAt(span.file, previousEnd ?? firstStart(whole), whole.end)
  return { text, element: span, comments: [...before, ...after], first, end }
}

/** The first begins with the line break and indentation in front of it, as the others do. */
function firstStart({ file, start }: Span): number {
  return file.text.slice(0, start).trimEnd().length
}
