import { MEM_COMM_REGION, MEM_EXECUTE, MEM_IO_WIDTHS, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { has, hasAny, isAligned, isSubPage, PAGE_SIZE, virt } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { subpageAccess } from '../../machine/mmio.ts'
import { describeRange } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import { isShadowed } from './sub-page-shadowed.ts'
import page from './sub-page-width.md'

/** `mmio_handle_subpage` lets an access through only when a flag allows its width. */
export const subPageWidth: CellRule = {
  kind: 'cell',
  code: 'JH205',
  id: 'sub-page-width',
  title: 'Sub-page region without access width',
  severity: 'error',
  constraints: ['mem-subpage-no-width', 'mem-io64-arm32'],
  rests: ['extent', 'flags'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      if (!isSubPage(region) || region.size === 0n || has(region, MEM_COMM_REGION)) continue
      if (isShadowed(cell, region)) continue
      const text = shortcoming(region, cell.architecture === 'arm')
      if (text)
        yield {
          span: at(region, 'flags'),
          ...(hasAny(region, MEM_IO_WIDTHS) && { severity: 'warning' as const }),
          ...text,
          key: keyOf(region),
          ...(!has(region, MEM_EXECUTE) &&
            fixes(
              fixOf('Add JAILHOUSE_MEM_IO_32', addFlag(region, 'flags', 'JAILHOUSE_MEM_IO_32'), isInsidePage(region)),
            )),
        }
    }
  },
}

/** It is meant to be less than a page; where one begins a page it may be the size that lacks a digit. */
const isInsidePage = ({ phys_start, virt_start }: MemoryRegion): boolean =>
  !isAligned(phys_start) && !isAligned(virt_start)

/** As `JAILHOUSE_MEMORY_IS_SUBPAGE` asks. */
function reason({ size, virt_start }: MemoryRegion): string {
  if (size < PAGE_SIZE) return 'it is smaller than a page'
  return `${isAligned(virt_start) ? 'its size' : 'virt_start'} is not page-aligned`
}

/** What comes of accesses in both directions, as if it were to be read and written: what it may not be has a rule. */
function shortcoming(region: MemoryRegion, isArm32: boolean): Pick<RawFinding, 'headline' | 'notes'> | undefined {
  const played = subpageAccess({ ...region, flags: region.flags | MEM_READ | MEM_WRITE }, false, isArm32)
  if ('phys' in played) return undefined
  const trapped = `accesses to ${describeRange(virt(region))} trap because ${reason(region)}`
  if (hasAny(region, MEM_IO_WIDTHS))
    return {
      headline: `${regionName(region)} permits 64-bit accesses only`,
      notes: [trapped, 'a trapped access of a 32-bit CPU has at most 32 bits, so none is permitted'],
    }
  return {
    headline: `${regionName(region)} has no JAILHOUSE_MEM_IO_* width: any access parks the CPU`,
    notes: [
      trapped,
      `mmio_handle_subpage requires JAILHOUSE_MEM_IO_8, _16, _32 or _64 for the access: "${played.printed}"`,
    ],
  }
}
