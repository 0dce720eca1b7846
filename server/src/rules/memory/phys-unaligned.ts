import { MEM_COMM_REGION, MEM_DMA, MEM_IO_WIDTHS } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { oddBase } from '../../config/number-base.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignDown, has, hasAny, isAligned, isSubPage, PAGE_SIZE } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './phys-unaligned.md'

/** `paging_create` masks `phys_start` to a page; only `virt_start` and `size` decide whether a region is emulated. */
export const physUnaligned: CellRule = {
  kind: 'cell',
  code: 'JH204',
  id: 'phys-unaligned',
  title: 'Unaligned phys_start of a mapped region',
  severity: 'error',
  constraints: ['mem-phys-unaligned', 'pvu-unaligned-dma'],
  charges: 'extent',
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      const { phys_start, size } = region
      if (isMovedInPage(region)) yield moved(region)
      // A number without 0x is charged itself.
      if (oddBase(region, 'phys_start')) continue
      if (size === 0n || isAligned(phys_start) || isSubPage(region) || has(region, MEM_COMM_REGION)) continue
      const rounded = hex(alignDown(phys_start))
      yield {
        span: at(region, 'phys_start'),
        headline: `phys_start of ${regionName(region)} is not page-aligned`,
        notes: [
          `pages are mapped: ${hex(region.virt_start)} shows ${rounded}, not ${hex(phys_start)}`,
          ...(has(region, MEM_DMA) ? ['a PVU refuses the region with -EINVAL'] : []),
        ],
        help: `set phys_start to ${rounded}`,
        key: keyOf(region),
        ...fixes(fixOf(`Set phys_start to ${rounded}`, setField(region, 'phys_start', rounded), false)),
      }
    }
  },
}

const inPage = (address: bigint): bigint => address % PAGE_SIZE

/** Registers that the cell sees at another place of a page than where they are. */
const isMovedInPage = (region: MemoryRegion): boolean =>
  0n < region.size &&
  isSubPage(region) &&
  hasAny(region, MEM_IO_WIDTHS) &&
  !has(region, MEM_COMM_REGION) &&
  inPage(region.phys_start) !== inPage(region.virt_start)

function moved(region: MemoryRegion): RawFinding {
  const { phys_start, virt_start } = region
  const isCrash = (phys_start - virt_start) % 4n !== 0n
  return {
    span: at(region, 'phys_start'),
    ...(!isCrash && { severity: 'warning' as const }),
    headline: `phys_start of ${regionName(region)} has another offset in its page than virt_start`,
    notes: [
      `${hex(virt_start)} shows ${hex(phys_start)}`,
      isCrash
        ? 'mmio_perform_access makes an unaligned access of each aligned one, which stops an ARM hypervisor'
        : 'a driver finds its registers only if it expects them there',
    ],
    help: 'use the same offset in both',
    key: keyOf(region),
  }
}
