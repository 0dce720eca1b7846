import { MEM_COMM_REGION } from '../../config/constants.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { has, overlap, phys, type Range, virt } from '../../config/ranges.ts'

/** Two regions and what they share. */
export interface Overlap {
  readonly first: MemoryRegion
  readonly second: MemoryRegion
  readonly shared: Range
}

/**
 * All pairs whose ranges overlap, `first` before `second` in the array. Sorted by start, a range overlaps only those
 * that begin before its end.
 */
function* pairs(regions: readonly MemoryRegion[], rangeOf: (region: MemoryRegion) => Range): Iterable<Overlap> {
  const inOrder = regions
    .filter(({ size }) => size > 0n)
    .map(region => ({ region, range: rangeOf(region) }))
    .toSorted((a, b) => (a.range.start < b.range.start ? -1 : a.range.start > b.range.start ? 1 : 0))
  for (const [i, { region: a, range }] of inOrder.entries())
    for (let j = i + 1; j < inOrder.length; j++) {
      const other = inOrder[j]
      const shared = other && overlap(range, other.range)
      if (!shared) break
      const [first, second] = a.index < other.region.index ? [a, other.region] : [other.region, a]
      yield { first, second, shared }
    }
}

/** Where the cell would see two regions at once. */
export const virtOverlaps = (regions: readonly MemoryRegion[]): Iterable<Overlap> => pairs(regions, virt)

/** Where two regions lie over each other in the machine; the communication region's page is the hypervisor's own. */
export const physOverlaps = (regions: readonly MemoryRegion[]): Iterable<Overlap> =>
  pairs(
    regions.filter(region => !has(region, MEM_COMM_REGION)),
    phys,
  )

/** Looks regions up by where the cell sees them: one that overlaps a range, in logarithmic time for disjoint regions. */
export function virtIndex(regions: readonly MemoryRegion[]): (range: Range) => MemoryRegion | undefined {
  const inOrder = regions.filter(({ size }) => size > 0n).toSorted((a, b) => (a.virt_start < b.virt_start ? -1 : 1))
  const reach: bigint[] = []
  for (const region of inOrder) {
    const before = reach.at(-1) ?? 0n
    reach.push(before < virt(region).end ? virt(region).end : before)
  }
  return range => {
    let low = 0
    let high = inOrder.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((inOrder[middle]?.virt_start ?? 0n) < range.end) low = middle + 1
      else high = middle
    }
    for (let i = low - 1; i >= 0 && range.start < (reach[i] ?? 0n); i--) {
      const region = inOrder[i]
      if (region && overlap(virt(region), range)) return region
    }
    return undefined
  }
}
