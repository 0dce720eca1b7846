import type { MemoryRegion } from '../config/model.ts'
import { perVersion } from '../text/per-version.ts'

/** Finds the regions that meet a range of physical addresses without looking at all of them. */
export interface PhysIndex {
  /** Regions that `remap_to_root_cell` would take to overlap `[start, start + size)`, in the order of the file. */
  meeting(start: bigint, size: bigint): readonly MemoryRegion[]
}

interface Indexed {
  readonly region: MemoryRegion
  readonly start: bigint
  readonly end: bigint
}

/** One index for one array of regions. Sums wrap at 2^64 as in `address_in_region`. */
export const physIndexOf: (regions: readonly MemoryRegion[]) => PhysIndex = perVersion(regions => {
  const sorted = regions
    .map(region => ({
      region,
      start: region.phys_start,
      end: BigInt.asUintN(64, region.phys_start + region.size),
    }))
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.region.index - b.region.index))
  const ends = largestEnds(sorted)
  const meeting = (start: bigint, size: bigint): readonly MemoryRegion[] => {
    const end = BigInt.asUintN(64, start + size)
    const behind = firstFrom(sorted, start)
    const found = [...covering(sorted, ends, behind, start)]
    for (let index = behind; index < sorted.length; index++) {
      const { region, start: at, end: atEnd } = sorted[index] as Indexed
      const isFirst = at === start && at < atEnd
      if (end <= at && !isFirst) break
      found.push(region)
    }
    return found.sort((a, b) => a.index - b.index)
  }
  return { meeting }
})

/** Position of the first region that starts at `address` or later. */
function firstFrom(sorted: readonly Indexed[], address: bigint): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as Indexed).start < address) low = middle + 1
    else high = middle
  }
  return low
}

/** A binary heap of maxima over the sorted regions: node `i` covers its two children, leaves are the regions' ends. */
function largestEnds(sorted: readonly Indexed[]): readonly bigint[] {
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

/** Regions before position `behind` that reach beyond `address`. */
function* covering(
  sorted: readonly Indexed[],
  ends: readonly bigint[],
  behind: number,
  address: bigint,
): Iterable<MemoryRegion> {
  const count = sorted.length
  const roots: number[] = []
  for (let low = count, high = count + behind; low < high; low >>= 1, high >>= 1) {
    if (low & 1) roots.push(low++)
    if (high & 1) roots.push(--high)
  }
  while (roots.length > 0) {
    const node = roots.pop() as number
    if ((ends[node] as bigint) <= address) continue
    if (count <= node) yield (sorted[node - count] as Indexed).region
    else roots.push(2 * node, 2 * node + 1)
  }
}
