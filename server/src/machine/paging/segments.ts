import { type Child, type Filled, type Grant, isChild, type Segment } from './page-tables.ts'

/** The segments of one table: ascending, disjoint, equal neighbours joined. `span` is the pages one entry covers. */

/** Position of the segment that covers entry `index`, or of the first one behind it. */
export function positionOf(segments: readonly Segment[], index: number): number {
  let low = 0
  let high = segments.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((segments[middle] as Segment).to <= index) low = middle + 1
    else high = middle
  }
  return low
}

const nothing: readonly never[] = []

/** Takes entries `[from, to)` out and answers the parts that were there. */
export function cut(segments: Segment[], from: number, to: number, span: number): readonly Segment[] {
  const first = positionOf(segments, from)
  const head = segments[first]
  if (!head || to <= head.from) return nothing
  let last = first + 1
  while (last < segments.length && (segments[last] as Segment).from < to) last++
  const tail = segments[last - 1] as Segment
  const before = head.from < from && !isChild(head) ? { ...head, to: from } : undefined
  const after = to < tail.to && !isChild(tail) ? startingAt(tail, to, span) : undefined
  const removed =
    before && after
      ? segments.splice(first, last - first, before, after)
      : before || after
        ? segments.splice(first, last - first, (before ?? after) as Segment)
        : segments.splice(first, last - first)
  removed[0] = within(head, from, to, span)
  if (removed.length > 1) removed[removed.length - 1] = within(tail, from, to, span)
  return removed
}

const within = (segment: Segment, from: number, to: number, span: number): Segment => {
  if (isChild(segment) || (from <= segment.from && segment.to <= to)) return segment
  const start = segment.from < from ? startingAt(segment, from, span) : segment
  return start.to <= to ? start : { ...start, to }
}

const startingAt = (filled: Filled, from: number, span: number): Filled => ({
  ...filled,
  from,
  phys: physAt(filled, from, span),
})

/** Page that entry `index` of a run maps. */
export const physAt = (filled: Filled, index: number, span: number): number =>
  filled.isConstant ? filled.phys : filled.phys + (index - filled.from) * span

/** Puts a segment where nothing is, joined with its neighbours if it continues them. */
export function insert(segments: Segment[], segment: Segment, span: number): void {
  const index = positionOf(segments, segment.from)
  if (isChild(segment)) {
    segments.splice(index, 0, segment)
    return
  }
  const before = segments[index - 1]
  const after = segments[index]
  const joinsBefore = before !== undefined && continues(before, segment, span)
  const joinsAfter = after !== undefined && continues(segment, after, span)
  if (!joinsBefore && !joinsAfter) {
    segments.splice(index, 0, segment)
    return
  }
  const start = joinsBefore ? (before as Filled) : segment
  const merged: Filled = { ...start, to: joinsAfter ? after.to : segment.to }
  segments.splice(joinsBefore ? index - 1 : index, Number(joinsBefore) + Number(joinsAfter), merged)
}

const continues = (a: Segment, b: Segment, span: number): boolean =>
  !isChild(a) &&
  !isChild(b) &&
  a.to === b.from &&
  a.leafLevel === b.leafLevel &&
  a.isConstant === b.isConstant &&
  physAt(a, a.to, span) === b.phys &&
  sameGrant(a.grant, b.grant)

const sameGrant = (a: Grant, b: Grant): boolean =>
  a === b || (a.region === b.region && a.kind === b.kind && a.flags === b.flags && a.absent === b.absent)

export const childAt = (index: number, child: Child['child']): Child => ({ from: index, to: index + 1, child })
