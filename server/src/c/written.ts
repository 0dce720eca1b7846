import type { Origin } from '../text/origin.ts'
import type { Span } from '../text/source-file.ts'
import type { Token } from './token.ts'

/** The place of `first` to `last` as it is spelled between its delimiters, which tell how deep in macros that is. */
export function writtenAt(first: Token, last: Token, before?: Token, after?: Token): Origin {
  if (!first.origin.expandedAt && !last.origin.expandedAt)
    return { spelled: cover(first.origin.spelled, last.origin.spelled) }
  const [from, to] = [levels(first), levels(last)]
  const fences = [before, after].filter(token => token !== undefined).map(levels)
  let depth = 0
  while (sharesUse(from, to, depth) && (fences.length === 0 || fences.some(fence => sharesUse(from, fence, depth))))
    depth++
  const [start, end] = [from[depth]!.spelled, to[depth]!.spelled]
  const expandedAt = from[depth]!.expandedAt
  const spelled = betweenFences(start, end, before && levels(before)[depth], after && levels(after)[depth])
  return expandedAt ? { spelled, expandedAt } : { spelled }
}

/** Outermost use first, the token's own spelling last. */
function levels(token: Token): readonly Origin[] {
  const chain: Origin[] = []
  for (let origin: Origin | undefined = token.origin; origin; origin = origin.expandedAt) chain.push(origin)
  return chain.reverse()
}

/** Whether both come out of one and the same macro use at this depth. */
function sharesUse(a: readonly Origin[], b: readonly Origin[], depth: number): boolean {
  if (depth + 1 >= a.length || depth + 1 >= b.length) return false
  return same(a[depth]!.spelled, b[depth]!.spelled)
}

const same = (a: Span, b: Span): boolean => a.file === b.file && a.start === b.start && a.end === b.end

const cover = (a: Span, b: Span): Span =>
  a.file === b.file && a.start <= b.start ? { file: a.file, start: a.start, end: Math.max(a.end, b.end) } : a

/** Where one end is an argument's text and the other the macro's own, the text between the delimiters holds both. */
function betweenFences(start: Span, end: Span, before: Origin | undefined, after: Origin | undefined): Span {
  const [left, right] = [before?.spelled, after?.spelled]
  if (!left || !right || left.file !== right.file || right.start < left.end) return cover(start, end)
  const inside = [start, end].filter(
    span => span.file === left.file && left.end <= span.start && span.end <= right.start,
  )
  if (inside.length !== 1) return cover(start, end)
  const text = left.file.text.slice(left.end, right.start)
  const from = left.end + (text.length - text.trimStart().length)
  return { file: left.file, start: from, end: from + text.trim().length }
}
