import { MEM_COMM_REGION } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { has, isSubPage, PAGE_SIZE, virt } from '../../config/ranges.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './sub-page-crosses-page.md'
import { trappedPart } from './sub-page-shadowed.ts'

/** `mmio_perform_access` maps one page and adds two page offsets to reach into it. */
export const subPageCrossesPage: CellRule = {
  kind: 'cell',
  code: 'JH208',
  id: 'sub-page-crosses-page',
  title: 'Sub-page region across a page boundary',
  severity: 'error',
  constraints: ['mem-subpage-crosses-page'],
  rests: ['extent'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      const offset = region.phys_start % PAGE_SIZE
      if (!isSubPage(region) || has(region, MEM_COMM_REGION) || offset === 0n) continue
      const { start, end } = virt(region)
      if (offset + region.size > PAGE_SIZE && trappedPart(cell, { start: start + PAGE_SIZE - offset, end }))
        yield {
          span: at(region, 'size'),
          headline: `${regionName(region)} crosses a page boundary`,
          notes: [
            `it starts at offset ${hex(offset)} of a page, and the hypervisor maps one page for an access`,
            `accesses beyond the first ${hex(PAGE_SIZE - offset)} bytes reach memory outside the region`,
          ],
          help: 'split the region at the page boundary',
          key: keyOf(region),
        }
    }
  },
}
