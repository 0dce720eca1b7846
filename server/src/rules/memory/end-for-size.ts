import { regionName } from '../../config/element-name.ts'
import { sizeIsEnd } from '../../config/end-for-size.ts'
import { at, keyOf } from '../../config/places.ts'
import { phys } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { describeRange, hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './end-for-size.md'

export const endForSize: CellRule = {
  kind: 'cell',
  code: 'JH226',
  id: 'end-for-size',
  title: 'Size that looks like an end address',
  severity: 'warning',
  constraints: [],
  charges: 'extent',
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      if (!sizeIsEnd(region)) continue
      const size = hex(region.size - region.phys_start)
      yield {
        span: at(region, 'size'),
        headline: `size of ${regionName(region)} looks like an end address`,
        notes: [
          `the region is ${describeRange(phys(region))}`,
          `from phys_start to ${hex(region.size)} it would be ${describeRange({ start: region.phys_start, end: region.size })}`,
        ],
        key: keyOf(region),
        ...fixes(fixOf(`Set size to ${size}`, setField(region, 'size', size), false)),
      }
    }
  },
}
