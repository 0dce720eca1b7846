import { MEM_COMM_REGION, MEM_DMA, MEM_EXECUTE, MEM_IO_WIDTHS, MEM_LOADABLE } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignUp, hasAny, isAligned, isSubPage, PAGE_SIZE } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './sub-page-memory.md'
import { shadowedIn } from './sub-page-shadowed.ts'

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
      if (hasAny(region, MEM_COMM_REGION) || shadowedIn(cell).has(region)) continue
      const field = isAligned(region.virt_start) ? 'size' : 'virt_start'
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
        ...(field === 'size' &&
          fixes(fixOf(`Set the size to ${hex(size)}`, setField(region, 'size', hex(size)), false))),
      }
    }
  },
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
