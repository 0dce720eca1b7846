import { MEM_COMM_REGION, MEM_EXECUTE, MEM_IO_WIDTHS } from '../../config/constants.ts'
import { has, hasAny, isSubPage, virt } from '../../config/ranges.ts'
import { fixes, fixOf } from '../fixes/change.ts'
import { addFlag } from '../fixes/flags.ts'
import { at, describeRange, keyOf } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './sub-page-width.md'

/** `mmio_handle_subpage` lets an access through only when a flag allows its width. */
export const subPageWidth: CellRule = {
  kind: 'cell',
  code: 'JH205',
  id: 'sub-page-width',
  title: 'A sub-page region allows an access width',
  severity: 'error',
  covers: ['mem-subpage-no-width'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions)
      if (isSubPage(region) && region.size > 0n && !hasAny(region, MEM_IO_WIDTHS | MEM_COMM_REGION))
        yield {
          at: at(region, 'flags'),
          message: `no access to ${describeRange(virt(region))} is allowed: it is not made of whole pages, so every access is trapped, and without JAILHOUSE_MEM_IO_8, _16, _32 or _64 the CPU is parked with "FATAL: Invalid MMIO"; add the widths of the device's registers`,
          key: keyOf(region),
          ...(!has(region, MEM_EXECUTE) &&
            fixes(fixOf('Add JAILHOUSE_MEM_IO_32', addFlag(region, 'flags', 'JAILHOUSE_MEM_IO_32')))),
        }
  },
}
