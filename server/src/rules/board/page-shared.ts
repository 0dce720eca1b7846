import { MEM_ROOTSHARED } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { contains, has, isSubPage, PAGE_SIZE, phys } from '../../config/ranges.ts'
import { fixes, fixOf, together } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { addFlag } from '../../edit/flags.ts'
import type { Device } from '../../platform/model.ts'
import { memoize } from '../../text/memo.ts'
import { hex, listed } from '../../text/words.ts'
import type { BoardRule, BoardSubject } from '../rule.ts'
import page from './page-shared.md'
import { revokedDevices } from './revoked.ts'
import { isLive, mainWindow } from './subject.ts'
import { basis } from './words.ts'

/** A region for one device, and those that go along with it because they share its pages. */
interface SharedPages {
  readonly cell: CellConfig
  readonly region: MemoryRegion
  readonly meant: Device
  readonly along: readonly Device[]
}

export const sharedPages = memoize((subject: BoardSubject): readonly SharedPages[] => {
  const { platform, scenario } = subject
  const revoked = revokedDevices(subject)
  return scenario.cells.flatMap(cell =>
    cell.mem_regions.flatMap((region): readonly SharedPages[] => {
      if (isSubPage(region) || has(region, MEM_ROOTSHARED) || region.size === 0n || PAGE_SIZE * 16n < region.size)
        return []
      const meant = platform.devices.find(({ windows }) => windows[0]?.range.start === region.phys_start)
      // What is served to others of the root is a finding of its own.
      const along = revoked.flatMap(({ device, consumers }) => {
        const window = mainWindow(device)?.range
        const isSmall = window !== undefined && window.end - window.start < PAGE_SIZE
        return isSmall && device !== meant && consumers.length === 0 && contains(phys(region), window) ? [device] : []
      })
      return meant && along.length > 0 ? [{ cell, region, meant, along }] : []
    }),
  )
})

/** Registers of one device for the cell, of its neighbours for nobody: pages are all that an MMU divides. */
export const pageShared: BoardRule = {
  kind: 'board',
  code: 'JH947',
  id: 'page-shared',
  title: 'Region of a cell takes neighbouring devices along',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    for (const { cell, region, meant, along } of sharedPages(subject)) {
      const [first] = along
      if (!first) continue
      yield {
        span: at(region, 'phys_start'),
        severity: isLive(first) ? 'warning' : 'information',
        headline: `the pages of ${meant.name} also hold ${listed(
          along.map(({ name }) => name),
          2,
        )} of the root`,
        notes: ['create unmaps the registers of all of them from the root', basis(first)],
        help: `share it with the root by JAILHOUSE_MEM_ROOTSHARED, narrowed to the registers of ${meant.name} by JAILHOUSE_MEM_IO_32`,
        key: `${cell.name} ${meant.path}`,
        ...fixes(narrowed(region, meant), shared(region)),
      }
    }
  },
}

/** The first window alone, where the region begins: the root keeps what shares its page, so it shares these, too. */
function narrowed(region: MemoryRegion, { name, windows: [window] }: Device) {
  if (!window) return undefined
  const size = setField(region, 'size', hex(window.range.end - window.range.start))
  const flags = addFlag(region, 'flags', 'JAILHOUSE_MEM_IO_32 | JAILHOUSE_MEM_ROOTSHARED')
  const change = size && flags && together(size, flags)
  return fixOf(`Narrow the region to the registers of ${name}, shared with the root`, change, false)
}

const shared = (region: MemoryRegion) =>
  fixOf(
    'Share the pages with the root: add JAILHOUSE_MEM_ROOTSHARED',
    addFlag(region, 'flags', 'JAILHOUSE_MEM_ROOTSHARED'),
    false,
  )
