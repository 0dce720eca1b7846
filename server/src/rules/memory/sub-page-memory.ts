import { commentOf, rangeInComment } from '../../config/comment-name.ts'
import { MEM_COMM_REGION, MEM_DMA, MEM_EXECUTE, MEM_IO_WIDTHS, MEM_LOADABLE } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { oddBase } from '../../config/number-base.ts'
import { at, keyOf } from '../../config/places.ts'
import {
  alignDown,
  alignUp,
  hasAny,
  isAligned,
  isSubPage,
  PAGE_SIZE,
  type Range,
  rangeOf,
  virt,
} from '../../config/ranges.ts'
import { fixes, fixOf, together } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex, interval } from '../../text/words.ts'
import type { CellRule, Fix } from '../rule.ts'
import page from './sub-page-memory.md'
import { isShadowed, trappedPart } from './sub-page-shadowed.ts'

/** Code and images need mapped pages; a region that is not made of whole ones is trapped instead. */
export const subPageMemory: CellRule = {
  kind: 'cell',
  code: 'JH206',
  id: 'sub-page-memory',
  title: 'Memory region not a multiple of the page size',
  severity: 'error',
  constraints: ['mem-subpage-loadable', 'pvu-subpage-dma', 'mem-subpage-meaningless-flags'],
  charges: 'extent',
  rests: ['flags'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      if (!isSubPage(region) || !isMeantToBeMapped(region)) continue
      if (hasAny(region, MEM_COMM_REGION) || isShadowed(cell, region)) continue
      const field = isAligned(region.virt_start) ? 'size' : 'virt_start'
      // A number without 0x is charged itself.
      if (oddBase(region, field)) continue
      const size = alignUp(region.size)
      yield {
        span: at(region, field),
        headline: `${field} of ${regionName(region)} is not page-aligned`,
        notes: [
          `accesses to a sub-page region trap: ${lost(region) || 'without JAILHOUSE_MEM_IO_* each parks the CPU'}`,
        ],
        help: field === 'size' ? `set the size to ${hex(size)}` : 'align virt_start to 0x1000',
        key: keyOf(region),
        ...(hasAny(region, MEM_EXECUTE | MEM_LOADABLE) || !hasAny(region, MEM_DMA)
          ? {}
          : { severity: 'warning' as const }),
        ...fixes(
          field === 'size'
            ? fixOf(`Set the size to ${hex(size)}`, setField(region, 'size', hex(size)), false)
            : alignment(cell, region),
        ),
      }
    }
  },
}

/** `jailhouse config create` rounds sizes and leaves the starts that /proc/iomem has: the pages that are not taken remain. */
function alignment(cell: CellConfig, region: MemoryRegion): Fix | undefined {
  const offset = region.phys_start - region.virt_start
  const stated = statedRange(region)
  const { start, end } = pagesLeft(cell, stated ?? virt(region))
  if (!isAligned(offset) || end <= start) return undefined
  const change = together(
    setField(region, 'phys_start', hex(start + offset)),
    setField(region, 'virt_start', hex(start)),
    setField(region, 'size', hex(end - start)),
  )
  return fixOf(`Align the region to pages: ${interval({ start, end })}`, change, stated !== undefined)
}

/** The pages of a range, without a first and a last one that another region has: the one in front keeps the page they share. */
function pagesLeft(cell: CellConfig, { start, end }: Range): Range {
  const isFree = (page: bigint) => trappedPart(cell, { start: page, end: page + PAGE_SIZE }) !== undefined
  const [first, last] = [alignDown(start), alignDown(end - 1n)]
  const inFront = cell.mem_regions.some(
    other => other.virt_start < start && first < (statedRange(other) ?? virt(other)).end,
  )
  return { start: isFree(first) && !inFront ? first : first + PAGE_SIZE, end: isFree(last) ? last + PAGE_SIZE : last }
}

/** The range that its comment says the region was made of, where the size of the region is that rounded up. */
function statedRange(region: MemoryRegion): Range | undefined {
  const stated = rangeInComment(commentOf(region) ?? '')
  if (stated?.start !== region.phys_start) return undefined
  const size = stated.last + 1n - stated.start
  return alignUp(size) === region.size ? rangeOf(region.virt_start, size) : undefined
}

/** Pages without a width of access are no registers. */
const isMeantToBeMapped = (region: MemoryRegion): boolean =>
  hasAny(region, MEM_EXECUTE | MEM_LOADABLE | MEM_DMA) || (PAGE_SIZE <= region.size && !hasAny(region, MEM_IO_WIDTHS))

const lost = (region: MemoryRegion): string =>
  [
    hasAny(region, MEM_EXECUTE) && 'code cannot run from it',
    hasAny(region, MEM_LOADABLE) && "loading an image parks the root's CPU",
    hasAny(region, MEM_DMA) && 'an IOMMU does not map it for devices',
  ]
    .filter(Boolean)
    .join(', ')
