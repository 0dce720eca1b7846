/** Sets of half-open ranges `[start, end)`: of addresses as `bigint`, of I/O ports as `number`. */

export interface Range<N extends bigint | number = bigint> {
  readonly start: N
  readonly end: N
}

/** What two ranges share, unless it is empty. */
export const overlap = <N extends bigint | number>(a: Range<N>, b: Range<N>): Range<N> | undefined => {
  const start = a.start < b.start ? b.start : a.start
  const end = a.end < b.end ? a.end : b.end
  return start < end ? { start, end } : undefined
}

export const contains = (outer: Range, inner: Range): boolean => outer.start <= inner.start && inner.end <= outer.end

/** Whether `ranges` together leave nothing of `range` out. */
export const covers = (ranges: readonly Range[], range: Range): boolean => subtract([range], ranges).length === 0

/** The set as ascending ranges that neither touch nor overlap; none of them is empty. */
export function merge<N extends bigint | number>(ranges: readonly Range<N>[]): readonly Range<N>[] {
  const merged: Range<N>[] = []
  for (const range of ranges.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = merged.at(-1)
    if (range.end <= range.start) continue
    if (!last || last.end < range.start) merged.push(range)
    else if (last.end < range.end) merged[merged.length - 1] = { start: last.start, end: range.end }
  }
  return merged
}

/** What remains of a set without some holes. */
export function subtract<N extends bigint | number>(
  ranges: readonly Range<N>[],
  holes: readonly Range<N>[],
): readonly Range<N>[] {
  const [sorted, rest] = [merge(holes), [] as Range<N>[]]
  let first = 0
  for (const { start, end } of merge(ranges)) {
    let from = start
    while (first < sorted.length && sorted[first]!.end <= from) first++
    for (let i = first; i < sorted.length && sorted[i]!.start < end; i++) {
      if (from < sorted[i]!.start) rest.push({ start: from, end: sorted[i]!.start })
      from = sorted[i]!.end
    }
    if (from < end) rest.push({ start: from, end })
  }
  return rest
}

/** What is in both sets: the first without what it has and the other has not. */
export const intersect = <N extends bigint | number>(
  a: readonly Range<N>[],
  b: readonly Range<N>[],
): readonly Range<N>[] => subtract(a, subtract(a, b))

/** Neighbours of a list of which the second continues the first are taken together. */
export function coalesce<T>(
  items: readonly T[],
  continues: (last: T, next: T) => boolean,
  extend: (last: T, next: T) => T,
): readonly T[] {
  const results: T[] = []
  for (const item of items) {
    const last = results.at(-1)
    if (last !== undefined && continues(last, item)) results[results.length - 1] = extend(last, item)
    else results.push(item)
  }
  return results
}
