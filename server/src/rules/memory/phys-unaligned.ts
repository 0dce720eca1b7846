import { MEM_COMM_REGION, MEM_DMA } from '../../config/constants.ts'
import { alignDown, has, isAligned, isSubPage } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at, hex, keyOf } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './phys-unaligned.md'

/** `paging_create` masks `phys_start` to a page; only `virt_start` and `size` decide whether a region is emulated. */
export const physUnaligned: CellRule = {
  kind: 'cell',
  code: 'JH204',
  id: 'phys-unaligned',
  title: 'phys_start has the page offset of virt_start',
  severity: 'error',
  constraints: ['mem-phys-unaligned', 'pvu-unaligned-dma'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      const { phys_start, size } = region
      if (size === 0n || isAligned(phys_start) || isSubPage(region) || has(region, MEM_COMM_REGION)) continue
      const rounded = hex(alignDown(phys_start))
      yield {
        span: at(region, 'phys_start'),
        headline: `region ${region.index} maps ${hex(region.virt_start)} to ${rounded} rather than ${hex(phys_start)}: whole pages are mapped from the page's start${has(region, MEM_DMA) ? ', and a PVU refuses the region with EINVAL' : ''}; use ${rounded}`,
        key: keyOf(region),
        ...fixes(fixOf(`Set phys_start to ${rounded}`, setField(region, 'phys_start', rounded), false)),
      }
    }
  },
}
