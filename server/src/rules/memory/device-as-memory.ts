import { isArm } from '../../config/architecture.ts'
import { MEM_EXECUTE, MEM_IO, MEM_LOADABLE } from '../../config/constants.ts'
import { regionAt, regionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { contains, hasAny, isSubPage, phys } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './device-as-memory.md'
import { realRegions } from './root-cover.ts'

/** `arch_map_memory_region` of ARM takes one of two memory types by this flag. */
export const deviceAsMemory: ScenarioRule = {
  kind: 'scenario',
  code: 'JH228',
  id: 'device-as-memory',
  title: 'Device mapped as normal memory',
  severity: 'warning',
  constraints: [],
  page,
  *check({ root: { root_cell }, cells }) {
    if (!isArm(root_cell)) return
    const devices = realRegions(root_cell).filter(region => hasAny(region, MEM_IO))
    for (const cell of cells)
      for (const region of realRegions(cell)) {
        if (hasAny(region, MEM_IO) || isSubPage(region)) continue
        const outer = devices.find(device => contains(phys(device), phys(region)))
        if (outer && !holdsMemory(outer, cell))
          yield {
            span: at(region, 'flags'),
            headline: `${regionName(region)} is a device in the root, but lacks JAILHOUSE_MEM_IO`,
            notes: ['it is mapped as normal memory: accesses may be cached, merged and reordered'],
            related: [{ span: at(outer, 'flags'), text: regionAt(outer, root_cell) }],
            key: `${cell.name} ${keyOf(region)}`,
            ...fixes(fixOf('Add JAILHOUSE_MEM_IO', addFlag(region, 'flags', 'JAILHOUSE_MEM_IO'))),
          }
      }
  },
}

/** Tightly coupled and on-chip memory may lie among registers that the root maps as one window. */
const holdsMemory = (outer: MemoryRegion, cell: CellConfig): boolean =>
  cell.mem_regions.some(region => hasAny(region, MEM_EXECUTE | MEM_LOADABLE) && contains(phys(outer), phys(region)))
