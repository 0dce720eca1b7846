import { regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import type { SystemRule } from '../rule.ts'
import page from './root-identity.md'

/** `unmap_from_root_cell` unmaps by physical address: it takes `virt_start` and `phys_start` of the root to be equal. */
export const rootIdentity: SystemRule = {
  kind: 'system',
  code: 'JH214',
  id: 'root-identity',
  title: 'Root region not identity-mapped',
  severity: 'error',
  constraints: ['mem-root-not-identity'],
  charges: 'extent',
  rests: ['extent'],
  page,
  *check({ root_cell }) {
    for (const region of root_cell.mem_regions)
      if (region.size > 0n && region.phys_start !== region.virt_start)
        yield {
          span: at(region, 'virt_start'),
          headline: `${regionName(region)} is not identity-mapped in the root`,
          notes: [
            `unmap_from_root_cell unmaps physical addresses only: at ${hex(region.virt_start)} the root keeps inmate memory`,
          ],
          key: keyOf(region),
          ...fixes(
            fixOf(
              `Set virt_start to ${hex(region.phys_start)}`,
              setField(region, 'virt_start', hex(region.phys_start)),
              !isWritten(region, 'virt_start'),
            ),
            isWritten(region, 'virt_start')
              ? fixOf(
                  `Set phys_start to ${hex(region.virt_start)}`,
                  setField(region, 'phys_start', hex(region.virt_start)),
                  false,
                )
              : undefined,
          ),
        }
  },
}
