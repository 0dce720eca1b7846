import { regionAt, regionName } from '../../config/element-name.ts'
import { sizeIsEnd } from '../../config/end-for-size.ts'
import { hypervisorRange } from '../../config/hypervisor-memory.ts'
import type { CellConfig, MemoryRegion, SystemConfig } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignDown, alignUp, contains, overlap, phys, type Range, rangeOf } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { splitRegion } from '../../edit/split.ts'
import { subtract } from '../../text/range-set.ts'
import { count, interval } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import { isOnlyUnaligned } from './hypervisor-memory.ts'
import page from './hypervisor-overlap.md'
import { MAX_RELATED, regionsOver } from './overlaps.ts'

/** `init_early` maps empty pages over the hypervisor's memory for the root; `init_late` maps the root's regions over them. */
export const hypervisorOverlap: SystemRule = {
  kind: 'system',
  code: 'JH241',
  id: 'hypervisor-overlap',
  title: 'Hypervisor memory mapped into the root',
  severity: 'error',
  constraints: ['hv-mem-overlap-region'],
  rests: ['extent'],
  page,
  *check(system) {
    const memory = hypervisorRange(system)
    if (!memory || isOnlyUnaligned(system)) return
    const regions = regionsOver(system.root_cell, memory)
    if (isMisplaced(system)) yield misplaced(system, regions)
    else for (const region of regions) yield hypervisorFault(system.root_cell, region, memory)
  },
}

/** Memory that lies over the borders of several regions is at a wrong place itself, or too large. */
export function isMisplaced(system: SystemConfig): boolean {
  const memory = hypervisorRange(system)
  const regions = memory ? regionsOver(system.root_cell, memory) : []
  return 1 < regions.length && memory !== undefined && !regions.some(region => contains(phys(region), memory))
}

function misplaced({ hypervisor_memory, root_cell }: SystemConfig, regions: readonly MemoryRegion[]): RawFinding {
  const begins = regions.some(region => overlap(phys(region), rangeOf(hypervisor_memory.phys_start, 1n)))
  return {
    span: at(hypervisor_memory, begins ? 'phys_start' : 'size'),
    headline: `hypervisor memory lies over ${count(regions.length, 'region')} of the root`,
    notes: [`the root, and the cells that share or take them, can modify the hypervisor`],
    help: begins ? 'move it to memory that no region has' : 'reduce its size',
    related: regions
      .slice(0, MAX_RELATED)
      .map(region => ({ span: at(region, 'phys_start'), text: regionAt(region, root_cell) })),
    key: 'misplaced',
  }
}

export function hypervisorFault(cell: CellConfig, region: MemoryRegion, memory: Range): RawFinding {
  const shared = overlap(phys(region), memory) ?? memory
  const hole = { start: alignDown(memory.start), end: alignUp(memory.end) }
  const parts = subtract([phys(region)], [hole]).map(range => ({ range }))
  return {
    span: at(region, 'phys_start'),
    headline: `${regionName(region)} maps hypervisor memory`,
    notes: [`the cell can modify the hypervisor in ${interval(shared)}`],
    help: sizeIsEnd(region)
      ? `correct the size of region ${region.index} first`
      : `exclude ${interval(hole)} from region ${region.index}`,
    key: keyOf(region),
    ...fixes(
      fixOf(
        `Exclude ${interval(hole)} from region ${region.index}`,
        parts.length ? splitRegion(cell, region, parts) : undefined,
        false,
      ),
    ),
  }
}
