import type { MemoryRegion } from '../config/model.ts'
import { memoize } from '../text/memo.ts'
import type { Range } from '../text/range-set.ts'
import { type IntervalIndex, intervalIndex } from './interval-index.ts'

/** Sums wrap at 2^64 as in `address_in_region`: a region over the end holds no address at all. */
const endOf = ({ phys_start, size }: { readonly phys_start: bigint; readonly size: bigint }): bigint =>
  BigInt.asUintN(64, phys_start + size)

interface RegionRange extends Range {
  readonly region: MemoryRegion
}

const regionOf = ({ region }: RegionRange): MemoryRegion => region

/** Regions by physical address; one index for one array. */
const physIndexOf: (regions: readonly MemoryRegion[]) => IntervalIndex<RegionRange> = memoize(regions =>
  intervalIndex(regions.map(region => ({ start: region.phys_start, end: endOf(region), region }))),
)

/** Those of an array that share memory of the machine with a range. */
export const regionsMeeting = (regions: readonly MemoryRegion[], { start, end }: Range): readonly MemoryRegion[] =>
  physIndexOf(regions).meeting(start, end).map(regionOf)

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
  const end = endOf(region)
  const sameStart = index.startingIn(start, start + 1n).filter(other => start < other.end || start < end)
  const behind = index.startingIn(start + 1n, end)
  const found = [...index.reachingOver(start), ...sameStart, ...behind].map(regionOf)
  return found.length < 2 ? found : found.sort((a, b) => a.index - b.index)
}
