import { isArm } from '../../config/architecture.ts'
import { MEM_COMM_REGION, MEM_IO, MEM_ROOTSHARED } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { sharesRegion } from '../../config/ivshmem.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny, KiB, PAGE_SIZE, phys, rangeOf } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { regionsMeeting } from '../../machine/overlaps.ts'
import { hex, interval } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './last-page.md'

/** What boards and people divide memory into: no region of upstream's or of any fork ends a page before the end of one. */
const BLOCK = 32n * KiB

export const lastPage: CellRule = {
  kind: 'cell',
  code: 'JH229',
  id: 'last-page',
  title: 'Region without its last page',
  severity: 'warning',
  constraints: [],
  rests: ['extent', 'flags'],
  complete: ['mem_regions'],
  page,
  *check(cell) {
    // The memory map of a PC has regions of any size.
    if (cell.isRoot && !isArm(cell)) return
    const isSection = ({ index }: MemoryRegion) => cell.pci_devices.some(device => sharesRegion(device, index))
    for (const region of cell.mem_regions) {
      const last = rangeOf(phys(region).end, PAGE_SIZE)
      if (!isBlockButAPage(region) || isSection(region) || 0 < regionsMeeting(cell.mem_regions, last).length) continue
      const size = hex(region.size + PAGE_SIZE)
      const kind = hasAny(region, MEM_IO) ? 'devices' : 'memory regions'
      yield {
        span: at(region, 'size'),
        headline: `${regionName(region)} ends one page before ${hex(last.end)}`,
        notes: [`no region of the cell has ${interval(last)}; ${kind} of this size end with a block of 32 KiB`],
        key: keyOf(region),
        ...fixes(fixOf(`Set the size to ${size}`, setField(region, 'size', size), false)),
      }
    }
  },
}

/** Whole blocks but for their last page. What is shared with the root is often a section of a link. */
const isBlockButAPage = (region: MemoryRegion): boolean =>
  region.size > 0n &&
  region.phys_start % BLOCK === 0n &&
  (region.size + PAGE_SIZE) % BLOCK === 0n &&
  !hasAny(region, MEM_COMM_REGION) &&
  (hasAny(region, MEM_IO) || !hasAny(region, MEM_ROOTSHARED))
