import { isArm } from '../../config/architecture.ts'
import { MEM_COMM_REGION, MEM_IO } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny, KiB, PAGE_SIZE, phys, rangeOf } from '../../config/ranges.ts'
import { sectionsOf } from '../../config/section-fit.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { regionsMeeting } from '../../machine/overlaps.ts'
import { hex, interval } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './last-page.md'

/** As far apart are the devices of 64-bit boards at the least. */
const BLOCK = 64n * KiB

export const lastPage: CellRule = {
  kind: 'cell',
  code: 'JH229',
  id: 'last-page',
  title: 'Device without its last page',
  severity: 'warning',
  constraints: [],
  rests: ['extent', 'flags'],
  complete: ['mem_regions'],
  page,
  *check(cell) {
    if (!isArm(cell)) return
    const sections = new Set(sectionsOf(cell).flatMap(({ state, common, outputs }) => [state, common, ...outputs]))
    for (const region of cell.mem_regions) {
      const last = rangeOf(phys(region).end, PAGE_SIZE)
      if (!isBlockButAPage(region) || sections.has(region) || 0 < regionsMeeting(cell.mem_regions, last).length)
        continue
      const size = hex(region.size + PAGE_SIZE)
      yield {
        span: at(region, 'size'),
        headline: `${regionName(region)} ends one page before ${hex(last.end)}`,
        notes: [`no region of the cell has ${interval(last)}; sizes of devices are powers of two`],
        key: keyOf(region),
        ...fixes(fixOf(`Set the size to ${size}`, setField(region, 'size', size), false)),
      }
    }
  },
}

/** Aligned blocks of a power of two are what devices have. */
function isBlockButAPage(region: MemoryRegion): boolean {
  const whole = region.size + PAGE_SIZE
  const isPowerOfTwo = (whole & (whole - 1n)) === 0n
  return (
    BLOCK <= whole &&
    isPowerOfTwo &&
    region.phys_start % BLOCK === 0n &&
    hasAny(region, MEM_IO) &&
    !hasAny(region, MEM_COMM_REGION)
  )
}
