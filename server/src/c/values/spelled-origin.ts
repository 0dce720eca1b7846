import { type Origin, primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import type { Token } from '../token.ts'

/** The place of `first` to `last` as it is spelled between its delimiters, which tell how deep in macros that is. */
export function spelledOrigin(first: Token, last: Token, before?: Token, after?: Token): Origin {
  const [from, to] = [first.origin, last.origin]
  if (!from.expandedAt && !to.expandedAt) return first === last ? from : { spelled: cover(from.spelled, to.spelled) }
  if (before && after && !before.origin.expandedAt && !after.origin.expandedAt)
    return { spelled: betweenFences(primarySpan(from), primarySpan(to), before.origin.spelled, after.origin.spelled) }
  return spelledInMacro(levels(first), levels(last), before && levels(before), after && levels(after))
}

type Levels = readonly Origin[]

function spelledInMacro(from: Levels, to: Levels, before: Levels | undefined, after: Levels | undefined): Origin {
  const fences = [before, after].filter(fence => fence !== undefined)
  let depth = 0
  while (sharesUse(from, to, depth) && (fences.length === 0 || fences.some(fence => sharesUse(from, fence, depth))))
    depth++
  const [start, end] = [from[depth]!.spelled, to[depth]!.spelled]
  const expandedAt = from[depth]!.expandedAt
  const spelled = betweenFences(start, end, before?.[depth]?.spelled, after?.[depth]?.spelled)
  return expandedAt ? { spelled, expandedAt } : { spelled }
}

/** Outermost use first, the token's own spelling last. */
function levels(token: Token): Levels {
  const chain: Origin[] = []
  for (let origin: Origin | undefined = token.origin; origin; origin = origin.expandedAt) chain.push(origin)
  return chain.reverse()
}

/** Whether both come out of one and the same macro use at this depth. */
function sharesUse(a: Levels, b: Levels, depth: number): boolean {
  if (depth + 1 >= a.length || depth + 1 >= b.length) return false
  return same(a[depth]!.spelled, b[depth]!.spelled)
}

const same = (a: Span, b: Span): boolean => a.file === b.file && a.start === b.start && a.end === b.end

const cover = (a: Span, b: Span): Span =>
  a !== b && a.file === b.file && a.start <= b.start ? { file: a.file, start: a.start, end: Math.max(a.end, b.end) } : a

/** Where one end is an argument's text and the other the macro's own, the text between the delimiters holds both. */
function betweenFences(start: Span, end: Span, left: Span | undefined, right: Span | undefined): Span {
  if (!left || !right || left.file !== right.file || right.start < left.end) return cover(start, end)
  const isInside = (span: Span): boolean => span.file === left.file && left.end <= span.start && span.end <= right.start
  if (isInside(start) === isInside(end)) return cover(start, end)
  const text = left.file.text.slice(left.end, right.start)
  const from = left.end + (text.length - text.trimStart().length)
  return { file: left.file, start: from, end: from + text.trim().length }
}
