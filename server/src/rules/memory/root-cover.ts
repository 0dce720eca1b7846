import { MEM_COMM_REGION } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { hasAny, overlap, phys, type Range } from '../../config/ranges.ts'
import { physIndexOf } from '../../machine/overlaps.ts'

/** How much of an inmate's region lies in regions of the root. */
export interface Cover {
  readonly parts: readonly { readonly region: MemoryRegion; readonly shared: Range }[]
  /** What no region of the root covers, ascending. */
  readonly gaps: readonly Range[]
}

export function coverOf(region: MemoryRegion, root: CellConfig): Cover {
  const parts = physIndexOf(root.mem_regions)
    .meeting(phys(region).start, phys(region).end)
    .toSorted((a, b) => a.index - b.index)
    .flatMap(outer => {
      const shared = overlap(phys(outer), phys(region))
      return shared ? [{ region: outer, shared }] : []
    })
  return {
    parts,
    gaps: gapsBetween(
      parts.map(({ shared }) => shared),
      phys(region),
    ),
  }
}

/** What `parts` leave of a range they lie in. */
function gapsBetween(parts: readonly Range[], { start, end }: Range): readonly Range[] {
  const gaps: Range[] = []
  let covered = start
  for (const part of parts.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    if (covered < part.start) gaps.push({ start: covered, end: part.start })
    if (covered < part.end) covered = part.end
  }
  return covered < end ? [...gaps, { start: covered, end }] : gaps
}

/** Regions of memory of the machine; the communication region has none of its own. */
export const realRegions = (cell: CellConfig): readonly MemoryRegion[] =>
  cell.mem_regions.filter(region => region.size > 0n && !hasAny(region, MEM_COMM_REGION))
