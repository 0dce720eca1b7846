import type { MemoryRegion } from '../../config/model.ts'
import { isAligned, isSubPage, virt } from '../../config/ranges.ts'

/** A region that runs over those behind it, and would end before them with a digit less in its size. */
export interface Runaway {
  readonly region: MemoryRegion
  readonly over: readonly [MemoryRegion, ...MemoryRegion[]]
  /** The size with which it ends before them. */
  readonly fits: bigint
}

/** A digit more, two of them, and MiB for KiB. */
const SLIPS: readonly ((size: bigint) => bigint)[] = [size => size >> 4n, size => size >> 8n, size => size >> 10n]

export function runawayOf(region: MemoryRegion, meeting: readonly MemoryRegion[]): Runaway | undefined {
  const { start, end } = virt(region)
  const [first, ...more] = meeting
    .filter(({ virt_start }) => start < virt_start && virt_start < end)
    .toSorted((a, b) => (a.virt_start < b.virt_start ? -1 : 1))
  if (!first || isSubPage(region)) return undefined
  const room = first.virt_start - start
  // What fills the room hardly, and what reaches over one region, may be meant so.
  const fits = SLIPS.map(slip => slip(region.size)).find(
    size => isAligned(size) && size <= room && room < 2n * size && (0 < more.length || size === room),
  )
  return fits === undefined ? undefined : { region, over: [first, ...more], fits }
}
