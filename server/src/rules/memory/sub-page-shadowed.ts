import { regionNames, regionSeenAt } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignDown, alignUp, isSubPage, type Range, virt } from '../../config/ranges.ts'
import { memoize } from '../../text/memo.ts'
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
  charges: 'virt_start',
  rests: ['extent'],
  page,
  *check(cell) {
    for (const [region, other] of shadowedIn(cell)) yield shadowFault(region, other, pagesOf(region))
  },
}

/** Sub-page regions with what hides them: whatever else is wrong with them has no effect until that is corrected. */
export const shadowedIn = memoize((cell: CellConfig): ReadonlyMap<MemoryRegion, MemoryRegion> => {
  const mappedAt = virtIndex(cell.mem_regions.filter(region => !isSubPage(region)))
  return new Map(
    cell.mem_regions
      .filter(region => region.size > 0n && isSubPage(region))
      .flatMap(region => {
        const other = mappedAt(pagesOf(region))
        return other ? [[region, other] as const] : []
      }),
  )
})

function pagesOf(region: MemoryRegion): Range {
  const { start, end } = virt(region)
  return { start: alignDown(start), end: alignUp(end) }
}

function shadowFault(region: MemoryRegion, other: MemoryRegion, pages: Range): RawFinding {
  const [name, cover] = regionNames(region, other)
  return {
    span: at(region, 'virt_start'),
    headline: `${name} lies in a page mapped by ${cover}`,
    notes: [`accesses to ${interval(pages)} do not trap: the cell can access all of it`],
    help: `exclude the page from region ${other.index}`,
    related: [{ span: at(other, 'virt_start'), text: regionSeenAt(other) }],
    key: keyOf(region),
  }
}
