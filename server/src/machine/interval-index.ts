import type { Range } from '../text/range-set.ts'

/** An address, or the number of a page. */
type Place = bigint | number

/** Finds the items that meet an address or a range without looking at all of them. */
export interface IntervalIndex<T extends Range<At>, At extends Place = bigint> {
  /** Items with `start < address < end`, in no particular order. */
  reachingOver(address: At): readonly T[]
  /** Items that start in `[from, to)`, ascending. */
  startingIn(from: At, to: At): readonly T[]
  /** Items that share an address with `[from, to)`. */
  meeting(from: At, to: At): readonly T[]
}

const nothing: readonly never[] = []

export function intervalIndex<T extends Range<At>, At extends Place = bigint>(
  items: readonly T[],
): IntervalIndex<T, At> {
  const sorted = ascending(items)
  const ends = areDisjoint(sorted) ? undefined : largestEnds(sorted)
  const startingIn = (from: At, to: At): readonly T[] => {
    let found: T[] | undefined
    for (let index = firstFrom(sorted, from); index < sorted.length; index++) {
      const item = sorted[index] as T
      if (to <= item.start) break
      found ??= []
      found.push(item)
    }
    return found ?? nothing
  }
  const reachingOver = (address: At): readonly T[] => {
    const behind = firstFrom(sorted, address)
    if (ends) return endingBehind(sorted, ends, behind, address)
    const last = sorted[behind - 1]
    return last && address < last.end ? [last] : nothing
  }
  const meeting = (from: At, to: At): readonly T[] => {
    if (to <= from) return nothing
    const over = reachingOver(from)
    const starting = startingIn(from, to)
    return over.length === 0 ? starting : starting.length === 0 ? over : [...over, ...starting]
  }
  return { reachingOver, startingIn, meeting }
}

/** Each ends before the next one begins, so that only the last one before an address may reach over it. */
function areDisjoint<At extends Place>(sorted: readonly Range<At>[]): boolean {
  for (let i = 1; i < sorted.length; i++)
    if ((sorted[i] as Range<At>).start < (sorted[i - 1] as Range<At>).end) return false
  return true
}

function ascending<T extends Range<At>, At extends Place>(items: readonly T[]): readonly T[] {
  const isAscending = items.every(({ start }, i) => i === 0 || (items[i - 1] as T).start <= start)
  return isAscending ? items : items.toSorted((a, b) => (a.start < b.start ? -1 : b.start < a.start ? 1 : 0))
}

/** Position of the first item that starts at `address` or later. */
function firstFrom<At extends Place>(sorted: readonly Range<At>[], address: At): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as Range<At>).start < address) low = middle + 1
    else high = middle
  }
  return low
}

/** A tree of maxima over the sorted items: node `i` covers nodes `2i` and `2i + 1`, leaves are the items' ends. */
function largestEnds<At extends Place>(sorted: readonly Range<At>[]): readonly At[] {
  const count = sorted.length
  const ends = new Array<At>(2 * count)
  for (const [i, { end }] of sorted.entries()) ends[count + i] = end
  for (let node = count - 1; node > 0; node--) {
    const left = ends[2 * node] as At
    const right = ends[2 * node + 1] as At
    ends[node] = left < right ? right : left
  }
  return ends
}

/** Items before position `behind` that end behind `address`. */
function endingBehind<T extends Range<At>, At extends Place>(
  sorted: readonly T[],
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
    if (count <= node) found.push(sorted[node - count] as T)
    else nodes.push(2 * node, 2 * node + 1)
  }
  return found
}
