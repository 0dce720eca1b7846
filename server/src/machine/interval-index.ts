/** An item that lies at `[start, end)`. */
export interface Placed<T> {
  readonly start: bigint
  readonly end: bigint
  readonly item: T
}

/** Finds the items that meet an address or a range without looking at all of them. */
export interface IntervalIndex<T> {
  /** Items with `start < address < end`, in no particular order. */
  reachingOver(address: bigint): readonly T[]
  /** Items that start in `[from, to)`, ascending. */
  startingIn(from: bigint, to: bigint): readonly T[]
  /** Items that share an address with `[from, to)`. */
  meeting(from: bigint, to: bigint): readonly T[]
}

export function intervalIndex<T>(items: readonly Placed<T>[]): IntervalIndex<T> {
  const sorted = [...items].sort((a, b) => (a.start < b.start ? -1 : b.start < a.start ? 1 : 0))
  const ends = largestEnds(sorted)
  const startingIn = (from: bigint, to: bigint): readonly T[] => {
    const found: T[] = []
    for (let at = firstFrom(sorted, from); at < sorted.length; at++) {
      const { start, item } = sorted[at] as Placed<T>
      if (to <= start) break
      found.push(item)
    }
    return found
  }
  const reachingOver = (address: bigint): readonly T[] =>
    endingBehind(sorted, ends, firstFrom(sorted, address), address)
  const meeting = (from: bigint, to: bigint): readonly T[] => {
    if (to <= from) return []
    const over = reachingOver(from)
    return over.length === 0 ? startingIn(from, to) : [...over, ...startingIn(from, to)]
  }
  return { reachingOver, startingIn, meeting }
}

/** Position of the first item that starts at `address` or later. */
function firstFrom<T>(sorted: readonly Placed<T>[], address: bigint): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as Placed<T>).start < address) low = middle + 1
    else high = middle
  }
  return low
}

/** A tree of maxima over the sorted items: node `i` covers nodes `2i` and `2i + 1`, leaves are the items' ends. */
function largestEnds<T>(sorted: readonly Placed<T>[]): readonly bigint[] {
  const count = sorted.length
  const ends: bigint[] = Array.from({ length: 2 * count }, () => 0n)
  for (const [index, { end }] of sorted.entries()) ends[count + index] = end
  for (let node = count - 1; node > 0; node--) {
    const left = ends[2 * node] as bigint
    const right = ends[2 * node + 1] as bigint
    ends[node] = left < right ? right : left
  }
  return ends
}

/** Items before position `behind` that end behind `address`. */
function endingBehind<T>(
  sorted: readonly Placed<T>[],
  ends: readonly bigint[],
  behind: number,
  address: bigint,
): readonly T[] {
  const found: T[] = []
  const count = sorted.length
  const nodes: number[] = []
  for (let low = count, high = count + behind; low < high; low >>= 1, high >>= 1) {
    if (low & 1) nodes.push(low++)
    if (high & 1) nodes.push(--high)
  }
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if ((ends[node] as bigint) <= address) continue
    if (count <= node) found.push((sorted[node - count] as Placed<T>).item)
    else nodes.push(2 * node, 2 * node + 1)
  }
  return found
}
