/** An address, or the number of a page. */
type Place = bigint | number

/** An item that lies at `[start, end)`. */
export interface Interval<T, At extends Place = bigint> {
  readonly start: At
  readonly end: At
  readonly item: T
}

/** Finds the items that meet an address or a range without looking at all of them. */
export interface IntervalIndex<T, At extends Place = bigint> {
  /** Items with `start < address < end`, in no particular order. */
  reachingOver(address: At): readonly T[]
  /** Items that start in `[from, to)`, ascending. */
  startingIn(from: At, to: At): readonly T[]
  /** Items that share an address with `[from, to)`. */
  meeting(from: At, to: At): readonly T[]
}

export function intervalIndex<T, At extends Place = bigint>(items: readonly Interval<T, At>[]): IntervalIndex<T, At> {
  const sorted = ascending(items)
  const ends = largestEnds(sorted)
  const startingIn = (from: At, to: At): readonly T[] => {
    const found: T[] = []
    for (let index = firstFrom(sorted, from); index < sorted.length; index++) {
      const { start, item } = sorted[index] as Interval<T, At>
      if (to <= start) break
      found.push(item)
    }
    return found
  }
  const reachingOver = (address: At): readonly T[] => endingBehind(sorted, ends, firstFrom(sorted, address), address)
  const meeting = (from: At, to: At): readonly T[] => {
    if (to <= from) return []
    const over = reachingOver(from)
    return over.length === 0 ? startingIn(from, to) : [...over, ...startingIn(from, to)]
  }
  return { reachingOver, startingIn, meeting }
}

function ascending<T, At extends Place>(items: readonly Interval<T, At>[]): readonly Interval<T, At>[] {
  const isAscending = items.every(({ start }, i) => i === 0 || (items[i - 1] as Interval<T, At>).start <= start)
  return isAscending ? items : items.toSorted((a, b) => (a.start < b.start ? -1 : b.start < a.start ? 1 : 0))
}

/** Position of the first item that starts at `address` or later. */
function firstFrom<T, At extends Place>(sorted: readonly Interval<T, At>[], address: At): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as Interval<T, At>).start < address) low = middle + 1
    else high = middle
  }
  return low
}

/** A tree of maxima over the sorted items: node `i` covers nodes `2i` and `2i + 1`, leaves are the items' ends. */
function largestEnds<T, At extends Place>(sorted: readonly Interval<T, At>[]): readonly At[] {
  const count = sorted.length
  const leaves = sorted.map(({ end }) => end)
  const ends = [...leaves, ...leaves]
  for (let node = count - 1; node > 0; node--) {
    const left = ends[2 * node] as At
    const right = ends[2 * node + 1] as At
    ends[node] = left < right ? right : left
  }
  return ends
}

/** Items before position `behind` that end behind `address`. */
function endingBehind<T, At extends Place>(
  sorted: readonly Interval<T, At>[],
  ends: readonly At[],
  behind: number,
  address: At,
): readonly T[] {
  const found: T[] = []
  const count = sorted.length
  const nodes: number[] = []
  for (let low = count, high = count + behind; low < high; low >>= 1, high >>= 1) {
    if (low & 1) nodes.push(low++)
    if (high & 1) nodes.push(--high)
  }
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if ((ends[node] as At) <= address) continue
    if (count <= node) found.push((sorted[node - count] as Interval<T, At>).item)
    else nodes.push(2 * node, 2 * node + 1)
  }
  return found
}
