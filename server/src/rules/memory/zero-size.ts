import { MEM_EXECUTE } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { at } from '../../config/places.ts'
import { hasAny } from '../../config/ranges.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './zero-size.md'

export const zeroSize: CellRule = {
  kind: 'cell',
  code: 'JH211',
  id: 'zero-size',
  title: 'Zero-sized region',
  severity: 'warning',
  constraints: ['mem-zero-size'],
  charges: 'extent',
  rests: ['extent'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions)
      if (region.size === 0n && ((region.phys_start | region.virt_start) !== 0n || hasAny(region, MEM_EXECUTE)))
        yield {
          span: at(region, 'size'),
          headline: `${regionName(region)} has size 0`,
          notes: [`nothing is mapped at ${hex(region.phys_start || region.virt_start)}`],
          help: 'set a size or remove the region',
          key: hex(region.phys_start),
        }
  },
}
