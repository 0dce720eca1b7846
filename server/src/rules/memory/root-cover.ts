import { MEM_COMM_REGION } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { contains, hasAny, overlap, phys, type Range } from '../../config/ranges.ts'
import { regionsMeeting } from '../../machine/overlaps.ts'
import { subtract } from '../../text/range-set.ts'

/** How much of an inmate's region lies in regions of the root. */
export interface Cover {
  readonly parts: readonly { readonly region: MemoryRegion; readonly shared: Range }[]
  /** What no region of the root covers, ascending. */
  readonly gaps: readonly Range[]
}

export function coverOf(region: MemoryRegion, root: CellConfig): Cover {
  const all = phys(region)
  const parts = regionsMeeting(root.mem_regions, all)
    .toSorted((a, b) => a.index - b.index)
    .flatMap(outer => {
      const shared = overlap(phys(outer), all)
      return shared ? [{ region: outer, shared }] : []
    })
  return {
    parts,
    gaps: parts.some(({ shared }) => contains(shared, all))
      ? []
      : subtract(
          [all],
          parts.map(({ shared }) => shared),
        ),
  }
}

/** Whether one region of the root covers it alone; of thousands over each other the first one answers. */
export const isInOne = (region: MemoryRegion, root: CellConfig): boolean =>
  regionsMeeting(root.mem_regions, phys(region)).some(outer => contains(phys(outer), phys(region)))

/** Regions of memory of the machine; the communication region has none of its own. */
export const realRegions = (cell: CellConfig): readonly MemoryRegion[] =>
  cell.mem_regions.filter(region => region.size > 0n && !hasAny(region, MEM_COMM_REGION))
