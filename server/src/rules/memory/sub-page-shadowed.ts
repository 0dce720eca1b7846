import { alignDown, alignUp, isSubPage, virt } from '../../config/ranges.ts'
import { at, describeVirt, interval, keyOf } from '../places.ts'
import type { CellRule } from '../rule.ts'
import { virtIndex } from './overlaps.ts'
import page from './sub-page-shadowed.md'

/** An access is trapped only where nothing is mapped, so a mapped page takes a sub-page region's checks away. */
export const subPageShadowed: CellRule = {
  kind: 'cell',
  code: 'JH207',
  id: 'sub-page-shadowed',
  title: 'The page of a sub-page region is not mapped by another region',
  severity: 'error',
  constraints: ['mem-subpage-page-also-mapped'],
  page,
  *check(cell) {
    const mappedAt = virtIndex(cell.mem_regions.filter(region => !isSubPage(region)))
    for (const region of cell.mem_regions.filter(region => region.size > 0n && isSubPage(region))) {
      const { start, end } = virt(region)
      const pages = { start: alignDown(start), end: alignUp(end) }
      const other = mappedAt(pages)
      if (other)
        yield {
          span: at(region, 'virt_start'),
          headline: `region ${region.index} is to be trapped access by access, but region ${other.index} maps its page ${interval(pages)}: nothing traps there, and the cell reaches the whole page; leave the page out of region ${other.index}`,
          related: [{ span: at(other, 'virt_start'), text: describeVirt(other) }],
          key: keyOf(region),
        }
    }
  },
}
