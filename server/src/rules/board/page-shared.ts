import { MEM_ROOTSHARED } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { contains, has, isSubPage, overlap, PAGE_SIZE, phys } from '../../config/ranges.ts'
import { listed } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './page-shared.md'
import { revokedDevices } from './revoked.ts'
import { isLive, mainWindow } from './subject.ts'
import { basis } from './words.ts'

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
    const revoked = revokedDevices(subject)
    for (const cell of subject.scenario.cells)
      for (const region of cell.mem_regions) {
        if (isSubPage(region) || has(region, MEM_ROOTSHARED) || region.size === 0n || PAGE_SIZE * 16n < region.size)
          continue
        const meant = subject.platform.devices.find(({ windows }) => windows[0]?.range.start === region.phys_start)
        // What is served to others of the root is a finding of its own.
        const along = revoked.filter(({ device, consumers }) => {
          const window = mainWindow(device)?.range
          const isSmall = window !== undefined && window.end - window.start < PAGE_SIZE
          return (
            isSmall &&
            device !== meant &&
            consumers.length === 0 &&
            overlap(window, phys(region)) &&
            contains(phys(region), window)
          )
        })
        const [first] = along
        if (!meant || !first) continue
        yield {
          span: at(region, 'phys_start'),
          severity: isLive(first.device) ? 'warning' : 'information',
          headline: `the pages of ${meant.name} also hold ${listed(
            along.map(({ device }) => device.name),
            2,
          )} of the root`,
          notes: ['create unmaps the registers of all of them from the root', basis(first.device)],
          help: `narrow the region to the registers of ${meant.name}, with JAILHOUSE_MEM_IO_32, or add JAILHOUSE_MEM_ROOTSHARED`,
          key: `${cell.name} ${meant.path}`,
        }
      }
  },
}
