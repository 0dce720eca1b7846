import { MEM_LOADABLE, MEM_ROOTSHARED } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { has } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeFlag } from '../../edit/flags.ts'
import type { CellRule } from '../rule.ts'
import page from './loadable-and-shared.md'

/** `cell_start` unmaps by LOADABLE alone; `cell_destroy_internal` maps back only what is not ROOTSHARED. */
export const loadableAndShared: CellRule = {
  kind: 'cell',
  code: 'JH232',
  id: 'loadable-and-shared',
  title: 'Region both loadable and shared with the root',
  severity: 'error',
  constraints: ['mem-loadable-rootshared'],
  rests: ['flags'],
  page,
  *check(cell) {
    if (cell.isRoot) return
    for (const region of cell.mem_regions)
      if (has(region, MEM_LOADABLE | MEM_ROOTSHARED))
        yield {
          span: at(region, 'flags'),
          headline: `${regionName(region)} is both loadable and shared with the root`,
          notes: ['start unmaps it from the root, and destroy does not map it back'],
          key: keyOf(region),
          ...fixes(
            fixOf('Remove JAILHOUSE_MEM_ROOTSHARED', removeFlag(region, 'flags', 'JAILHOUSE_MEM_ROOTSHARED'), false),
            fixOf('Remove JAILHOUSE_MEM_LOADABLE', removeFlag(region, 'flags', 'JAILHOUSE_MEM_LOADABLE'), false),
          ),
        }
  },
}
