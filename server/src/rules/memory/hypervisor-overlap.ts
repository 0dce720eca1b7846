import { MEM_COMM_REGION } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { sizeIsEnd } from '../../config/end-for-size.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignDown, alignUp, has, overlap, phys, type Range } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { splitRegion } from '../../edit/split.ts'
import { subtract } from '../../text/range-set.ts'
import { interval } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './hypervisor-overlap.md'

/** `init_early` maps empty pages over the hypervisor's memory for the root; `init_late` maps the root's regions over them. */
export const hypervisorOverlap: SystemRule = {
  kind: 'system',
  code: 'JH241',
  id: 'hypervisor-overlap',
  title: 'Hypervisor memory mapped into the root',
  severity: 'error',
  constraints: ['hv-mem-overlap-region'],
  page,
  *check({ root_cell, hypervisor_memory }) {
    for (const region of root_cell.mem_regions) yield* hypervisorFault(root_cell, region, phys(hypervisor_memory))
  },
}

export function* hypervisorFault(cell: CellConfig, region: MemoryRegion, hypervisor: Range): Iterable<RawFinding> {
  const shared = has(region, MEM_COMM_REGION) ? undefined : overlap(phys(region), hypervisor)
  if (!shared) return
  const hole = { start: alignDown(hypervisor.start), end: alignUp(hypervisor.end) }
  const parts = subtract([phys(region)], [hole]).map(range => ({ range }))
  yield {
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
