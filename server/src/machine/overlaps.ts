import type { MemoryRegion } from '../config/model.ts'
import { memoize } from '../text/memo.ts'
import { type IntervalIndex, intervalIndex } from './interval-index.ts'

/** Sums wrap at 2^64 as in `address_in_region`: a region over the end holds no address at all. */
const endOf = ({ phys_start, size }: { readonly phys_start: bigint; readonly size: bigint }): bigint =>
  BigInt.asUintN(64, phys_start + size)

/** Regions by physical address; one index for one array. */
export const physIndexOf: (regions: readonly MemoryRegion[]) => IntervalIndex<MemoryRegion> = memoize(regions =>
  intervalIndex(regions.map(region => ({ start: region.phys_start, end: endOf(region), item: region }))),
)

/**
 * Root regions that `remap_to_root_cell` takes to overlap `region`, in the order of the file: those that hold its first
 * address, and those, even empty ones, whose first address it holds.
 */
export function overlapping(
  regions: readonly MemoryRegion[],
  region: { readonly phys_start: bigint; readonly size: bigint },
): readonly MemoryRegion[] {
  const index = physIndexOf(regions)
  const start = region.phys_start
  const sameStart = index.startingIn(start, start + 1n).filter(other => start < endOf(other) || start < endOf(region))
  const behind = index.startingIn(start + 1n, endOf(region))
  return [...index.reachingOver(start), ...sameStart, ...behind].sort((a, b) => a.index - b.index)
}
