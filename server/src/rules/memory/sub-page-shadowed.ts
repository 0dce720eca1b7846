import { regionNames, regionSeenAt } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignDown, alignUp, isSubPage, type Range, virt } from '../../config/ranges.ts'
import { interval } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import { virtIndex } from './overlaps.ts'
import page from './sub-page-shadowed.md'

/** An access is trapped only where nothing is mapped, so a mapped page takes a sub-page region's checks away. */
export const subPageShadowed: CellRule = {
  kind: 'cell',
  code: 'JH207',
  id: 'sub-page-shadowed',
  title: 'Sub-page region hidden by a mapped page',
  severity: 'error',
  constraints: ['mem-subpage-page-also-mapped'],
  page,
  *check(cell) {
    const mappedAt = virtIndex(cell.mem_regions.filter(region => !isSubPage(region)))
    for (const region of cell.mem_regions.filter(region => region.size > 0n && isSubPage(region))) {
      const { start, end } = virt(region)
      const pages = { start: alignDown(start), end: alignUp(end) }
      const other = mappedAt(pages)
      if (other) yield shadowFault(region, other, pages)
    }
  },
}

function shadowFault(region: MemoryRegion, other: MemoryRegion, pages: Range): RawFinding {
  const [name, cover] = regionNames(region, other)
  return {
    span: at(region, 'virt_start'),
    headline: `${name} lies in a page mapped by ${cover}`,
    notes: [`accesses to ${interval(pages)} do not trap: the cell reaches the whole page`],
    help: `exclude the page from region ${other.index}`,
    related: [{ span: at(other, 'virt_start'), text: regionSeenAt(other) }],
    key: keyOf(region),
  }
}
