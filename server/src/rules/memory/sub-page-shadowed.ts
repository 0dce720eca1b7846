import { MEM_EXECUTE, MEM_IO_WIDTHS, MEM_LOADABLE, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { regionNames, regionSeenAt } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignDown, alignUp, has, hasAny, isSubPage, overlap, type Range, virt } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeElement } from '../../edit/elements.ts'
import { memoize } from '../../text/memo.ts'
import { merge } from '../../text/range-set.ts'
import { countWhile } from '../../text/sorted.ts'
import { hex, interval } from '../../text/words.ts'
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
    for (const [region, shadow] of shadowedIn(cell)) {
      if (shadow.isWhole || isWindow(region)) yield shadowFault(cell, region, shadow)
    }
  },
}

/** What hides a sub-page region. */
interface Shadow {
  /** A region that maps one of its pages, and that part of its pages. */
  readonly other: MemoryRegion
  readonly shared: Range
  /** Whether no access to the region traps. */
  readonly isWhole: boolean
}

/** Registers behind a window; memory that does not consist of pages has rules of its own, which is true of what still traps. */
const isWindow = (region: MemoryRegion): boolean =>
  hasAny(region, MEM_IO_WIDTHS) && !hasAny(region, MEM_EXECUTE | MEM_LOADABLE)

/** Sub-page regions of which other regions map pages. */
export const shadowedIn = memoize((cell: CellConfig): ReadonlyMap<MemoryRegion, Shadow> => {
  const mappedAt = virtIndex(cell.mem_regions.filter(region => !isSubPage(region)))
  return new Map(
    cell.mem_regions
      .filter(region => region.size > 0n && isSubPage(region))
      .flatMap(region => {
        const pages = pagesOf(region)
        const other = mappedAt(pages)
        const shared = other && overlap(virt(other), pages)
        return shared ? [[region, { other, shared, isWhole: trappedPart(cell, pages) === undefined }] as const] : []
      }),
  )
})

/** Ascending ranges of what a cell's pages are mapped at. */
const mappedIn = memoize((cell: CellConfig) => merge(cell.mem_regions.filter(region => !isSubPage(region)).map(virt)))

/** The first part of a range that no region maps as pages; undefined where no access to it traps. */
export function trappedPart(cell: CellConfig, { start, end }: Range): Range | undefined {
  const mapped = mappedIn(cell)
  const before = mapped[countWhile(mapped.length, index => mapped[index]!.start <= start) - 1]
  const from = before && start < before.end ? before.end : start
  const next = mapped[countWhile(mapped.length, index => mapped[index]!.start < from)]
  return from < end ? { start: from, end: next && next.start < end ? next.start : end } : undefined
}

/** Those of which no access traps: whatever else is wrong with them has no effect until that is corrected. */
export const isShadowed = (cell: CellConfig, region: MemoryRegion): boolean =>
  shadowedIn(cell).get(region)?.isWhole === true

/** Whether a region may be read and written wherever another may. */
const givesAsMuch = (other: MemoryRegion, { flags }: MemoryRegion): boolean =>
  has(other, flags & (MEM_READ | MEM_WRITE))

function pagesOf(region: MemoryRegion): Range {
  const { start, end } = virt(region)
  return { start: alignDown(start), end: alignUp(end) }
}

function shadowFault(cell: CellConfig, region: MemoryRegion, { other, shared, isWhole }: Shadow): RawFinding {
  const [name, cover] = regionNames(region, other)
  const isSame = region.phys_start - region.virt_start === other.phys_start - other.virt_start
  const array = arrayOf(cell, 'mem_regions')
  return {
    span: at(region, 'virt_start'),
    // The cell is given the memory all the same; only that it reaches other memory is what nobody wrote.
    ...(isSame && { severity: 'warning' as const }),
    headline: `${name} lies in a page mapped by ${cover}`,
    notes: [
      `accesses to ${interval(shared)} do not trap: ${isSame ? 'the cell can access all of it' : `they reach ${hex(other.phys_start + shared.start - other.virt_start)}`}`,
    ],
    help:
      isWhole && isSame && givesAsMuch(other, region)
        ? `remove region ${region.index}, or exclude the page from region ${other.index}`
        : `exclude the page from region ${other.index}`,
    related: [{ span: at(other, 'virt_start'), text: regionSeenAt(other) }],
    key: keyOf(region),
    ...fixes(
      fixOf(
        `Remove region ${region.index}`,
        isWhole && isSame && array && givesAsMuch(other, region) ? removeElement(cell, array, region.index) : undefined,
        false,
      ),
    ),
  }
}
