import { MEM_COMM_REGION } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { has, isAligned, PAGE_SIZE } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './comm-size.md'

/** `arch_map_memory_region` maps `size` bytes from the page it keeps in the cell's own structure. */
export const commSize: CellRule = {
  kind: 'cell',
  code: 'JH222',
  id: 'comm-size',
  title: 'Wrong communication region size',
  severity: 'error',
  constraints: ['comm-size'],
  rests: ['extent'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions.filter(region => has(region, MEM_COMM_REGION))) {
      if (region.size === PAGE_SIZE && isAligned(region.virt_start)) continue
      const isLarger = region.size > PAGE_SIZE
      const field = region.size === PAGE_SIZE ? 'virt_start' : 'size'
      yield {
        span: at(region, field),
        ...(!isLarger && { severity: 'warning' as const }),
        headline:
          field === 'size'
            ? `communication region is ${hex(region.size)} bytes; it must be 0x1000`
            : 'virt_start of the communication region is not page-aligned',
        notes: [isLarger ? 'beyond the first page the cell reaches hypervisor memory' : 'the region is not mapped'],
        ...(field === 'size' && fixes(fixOf('Set the size to 0x1000', setField(region, 'size', '0x1000')))),
      }
    }
  },
}
