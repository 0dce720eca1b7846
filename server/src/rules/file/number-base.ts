import { regionName } from '../../config/element-name.ts'
import { oddBase } from '../../config/number-base.ts'
import { at, keyOf } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './number-base.md'

const FIELDS = ['phys_start', 'virt_start', 'size'] as const

export const numberBase: CellRule = {
  kind: 'cell',
  code: 'JH139',
  id: 'number-base',
  title: 'Address or size without 0x',
  severity: 'warning',
  constraints: [],
  charges: 'extent',
  page,
  *check(cell) {
    for (const region of cell.mem_regions)
      for (const field of FIELDS) {
        const odd = oddBase(region, field)
        if (!odd) continue
        yield {
          span: at(region, field),
          headline: `${field} ${odd.text} of ${regionName(region)} is ${odd.base}: it is ${hex(region[field])}`,
          key: `${field} ${keyOf(region)}`,
          ...fixes(fixOf(`Write ${odd.meant}`, setField(region, field, odd.meant), false)),
        }
      }
  },
}
