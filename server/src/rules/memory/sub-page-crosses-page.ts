import { MEM_COMM_REGION } from '../../config/constants.ts'
import { has, isSubPage, PAGE_SIZE } from '../../config/ranges.ts'
import { at, hex, keyOf } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './sub-page-crosses-page.md'

/** `mmio_perform_access` maps one page and adds two page offsets to reach into it. */
export const subPageCrossesPage: CellRule = {
  kind: 'cell',
  code: 'JH208',
  id: 'sub-page-crosses-page',
  title: 'A sub-page region that begins within a page ends within it',
  severity: 'error',
  constraints: ['mem-subpage-crosses-page'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      const offset = region.phys_start % PAGE_SIZE
      if (!isSubPage(region) || has(region, MEM_COMM_REGION) || offset === 0n) continue
      if (offset + region.size > PAGE_SIZE)
        yield {
          span: at(region, 'size'),
          headline: `region ${region.index} begins at ${hex(offset)} of its page and ends past it: the hypervisor maps one page for an access, and past ${hex(PAGE_SIZE - offset)} bytes it reaches memory that is not the region's; split it at the page`,
          key: keyOf(region),
        }
    }
  },
}
