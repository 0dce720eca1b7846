import { MEM_COMM_REGION } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { has, overlap, phys, type Range, virt } from '../../config/ranges.ts'
import { addTo } from '../../text/groups.ts'
import { countWhile } from '../../text/sorted.ts'
import { count } from '../../text/words.ts'
import type { RawFinding } from '../rule.ts'

/** Two regions and what they share. */
export interface Overlap {
  readonly first: MemoryRegion
  readonly second: MemoryRegion
  readonly shared: Range
}

/** How many earlier regions one region is compared with: a thousand copies of one region are no million findings. */
export const MAX_PARTNERS = 2

/**
 * Pairs whose ranges overlap, `first` before `second` in the array. A sweep by start: of the regions met so far those that
 * reach farthest are kept, so that every region that overlaps an earlier one is in a pair, and up to `MAX_PARTNERS` of
 * what overlaps at one place are reported pair by pair.
 */
function* pairs(regions: readonly MemoryRegion[], rangeOf: (region: MemoryRegion) => Range): Iterable<Overlap> {
  const inOrder = regions
    .filter(({ size }) => size > 0n)
    .map(region => ({ region, range: rangeOf(region) }))
    .toSorted((a, b) => (a.range.start < b.range.start ? -1 : a.range.start > b.range.start ? 1 : 0))
  let farthest: typeof inOrder = []
  for (const current of inOrder) {
    farthest = farthest.filter(({ range }) => current.range.start < range.end)
    for (const earlier of farthest) {
      const shared = overlap(earlier.range, current.range)
      const [first, second] = [earlier.region, current.region].sort((a, b) => a.index - b.index)
      if (shared && first && second) yield { first, second, shared }
    }
    farthest = [...farthest, current].sort((a, b) => (a.range.end > b.range.end ? -1 : 1)).slice(0, MAX_PARTNERS)
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

/** What stands in the way of one region, in one finding. */
export function* bySecond(
  overlaps: Iterable<Overlap>,
  kindOf: (overlap: Overlap) => unknown = () => undefined,
): Iterable<readonly [Overlap, ...Overlap[]]> {
  const groups = new Map<string, Overlap[]>()
  for (const overlap of overlaps) addTo(groups, `${overlap.second.index} ${kindOf(overlap)}`, overlap)
  for (const [first, ...more] of groups.values()) if (first) yield [first, ...more]
}

/** What stands in the way of one region, or is met by one that only has come to stand there, in one finding. */
export function* byRegion(
  overlaps: readonly Overlap[],
  kindOf: (overlap: Overlap) => unknown,
): Iterable<readonly [Overlap, ...Overlap[]]> {
  const meetings = new Map<MemoryRegion, number>()
  for (const { first, second } of overlaps)
    for (const region of [first, second]) meetings.set(region, (meetings.get(region) ?? 0) + 1)
  const isMover = (region: MemoryRegion, other: MemoryRegion): boolean =>
    1 < (meetings.get(region) ?? 0) && meetings.get(other) === 1
  yield* bySecond(
    overlaps.map(each =>
      isMover(each.first, each.second) ? { ...each, first: each.second, second: each.first } : each,
    ),
    kindOf,
  )
}

/** Places that a finding of several overlaps names. */
export const MAX_RELATED = 8

/** ` and 3 other regions`, where there are more than one. */
export const others = (group: readonly Overlap[]): string =>
  group.length > 1 ? ` and ${count(group.length - 1, 'other region')}` : ''

export const relatedTo = (
  group: readonly Overlap[],
  relate: (region: MemoryRegion) => NonNullable<RawFinding['related']>[number],
): NonNullable<RawFinding['related']> => group.slice(0, MAX_RELATED).map(({ first }) => relate(first))

/** Looks regions up by where the cell sees them: one that overlaps a range, in logarithmic time for disjoint regions. */
export function virtIndex(regions: readonly MemoryRegion[]): (range: Range) => MemoryRegion | undefined {
  const inOrder = regions.filter(({ size }) => size > 0n).toSorted((a, b) => (a.virt_start < b.virt_start ? -1 : 1))
  const reach: bigint[] = []
  for (const region of inOrder) {
    const before = reach.at(-1) ?? 0n
    reach.push(before < virt(region).end ? virt(region).end : before)
  }
  return range => {
    const count = countWhile(inOrder.length, index => inOrder[index]!.virt_start < range.end)
    for (let i = count - 1; i >= 0 && range.start < (reach[i] ?? 0n); i--) {
      const region = inOrder[i]
      if (region && overlap(virt(region), range)) return region
    }
    return undefined
  }
}

/** Regions that map memory of the machine, and some of a range of it. */
export const regionsOver = ({ mem_regions }: CellConfig, memory: Range): readonly MemoryRegion[] =>
  mem_regions.filter(region => !has(region, MEM_COMM_REGION) && overlap(phys(region), memory))
