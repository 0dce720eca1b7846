import { MEM_COMM_REGION, MEM_LOADABLE } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { at, atFlag, keyOf } from '../../config/places.ts'
import { has } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeFlag } from '../../edit/flags.ts'
import type { SystemRule } from '../rule.ts'
import page from './root-flags.md'

/**
 * `control.c` tests these flags of inmates' regions only. `JAILHOUSE_MEM_ROOTSHARED` is let pass: the macro for
 * network regions brings it along in every root.
 */
export const rootFlags: SystemRule = {
  kind: 'system',
  code: 'JH215',
  id: 'root-flags',
  title: 'Inmate-only flag on a root region',
  severity: 'hint',
  constraints: ['mem-root-useless-flags'],
  page,
  *check({ root_cell }) {
    for (const region of root_cell.mem_regions) {
      if (has(region, MEM_COMM_REGION))
        yield {
          span: at(region, 'flags'),
          severity: 'warning',
          headline: `${regionName(region)} is a communication region of the root`,
          notes: ['the root does not use it: it maps a page of the hypervisor into Linux'],
          help: 'remove the region',
          key: keyOf(region),
        }
      else if (has(region, MEM_LOADABLE))
        yield {
          span: atFlag(region, 'flags', 'JAILHOUSE_MEM_LOADABLE'),
          headline: `JAILHOUSE_MEM_LOADABLE has no effect on ${regionName(region)}`,
          notes: ['only inmates are loaded, not the root'],
          unnecessary: true,
          key: keyOf(region),
          ...fixes(fixOf('Remove JAILHOUSE_MEM_LOADABLE', removeFlag(region, 'flags', 'JAILHOUSE_MEM_LOADABLE'))),
        }
    }
  },
}
