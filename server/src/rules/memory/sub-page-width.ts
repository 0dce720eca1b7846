import { MEM_COMM_REGION, MEM_EXECUTE, MEM_IO_64, MEM_IO_WIDTHS } from '../../config/constants.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { has, hasAny, isSubPage, virt } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
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
  constraints: ['mem-subpage-no-width', 'mem-io64-arm32'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      if (!isSubPage(region) || region.size === 0n || has(region, MEM_COMM_REGION)) continue
      const message = shortcoming(region, cell.architecture === 'arm')
      if (message)
        yield {
          span: at(region, 'flags'),
          ...(hasAny(region, MEM_IO_WIDTHS) && { severity: 'warning' as const }),
          headline: message,
          key: keyOf(region),
          ...(!has(region, MEM_EXECUTE) &&
            fixes(fixOf('Add JAILHOUSE_MEM_IO_32', addFlag(region, 'flags', 'JAILHOUSE_MEM_IO_32')))),
        }
    }
  },
}

function shortcoming(region: MemoryRegion, isArm32: boolean): string | undefined {
  const where = describeRange(virt(region))
  if (!hasAny(region, MEM_IO_WIDTHS))
    return `no access to ${where} is allowed: less than a page is trapped, and without JAILHOUSE_MEM_IO_8, _16, _32 or _64 the CPU is parked ("FATAL: Invalid MMIO"); add the widths of the registers`
  if (isArm32 && (region.flags & MEM_IO_WIDTHS) === MEM_IO_64)
    return `no access to ${where} is ever passed on: it allows 64 bits only, and a 32-bit CPU traps with 32 at most; add JAILHOUSE_MEM_IO_32`
  return undefined
}
