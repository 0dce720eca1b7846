import { at, hex } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './zero-size.md'

export const zeroSize: CellRule = {
  kind: 'cell',
  code: 'JH211',
  id: 'zero-size',
  title: 'A region that says where it lies also says how large it is',
  severity: 'warning',
  constraints: ['mem-zero-size'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions)
      if (region.size === 0n && (region.phys_start | region.virt_start) !== 0n)
        yield {
          span: at(region, 'size'),
          headline: `region ${region.index} at ${hex(region.phys_start || region.virt_start)} has size 0 and maps nothing; give it a size or remove it`,
          key: hex(region.phys_start),
        }
  },
}
