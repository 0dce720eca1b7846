import { MEM_ROOTSHARED } from '../../config/constants.ts'
import { shortRegionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny, isAligned, overlap, rangeOf } from '../../config/ranges.ts'
import { interval } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import { realRegions } from './root-cover.ts'
import page from './sub-page-over-handler.md'
import { windowsOf } from './windows.ts'

/** `mmio_region_unregister` removes whatever region of the root holds the address. */
export const subPageOverHandler: ScenarioRule = {
  kind: 'scenario',
  code: 'JH268',
  id: 'sub-page-over-handler',
  title: 'Emulated device taken from the root',
  severity: 'error',
  constraints: ['inmate-subpage-kills-handler'],
  page,
  *check({ root, cells }) {
    const handled = windowsOf(root).filter(({ isPhysical }) => !isPhysical)
    for (const cell of cells)
      for (const region of realRegions(cell)) {
        if (hasAny(region, MEM_ROOTSHARED) || (isAligned(region.phys_start) && isAligned(region.size))) continue
        const hit = handled.find(({ range }) => overlap(range, rangeOf(region.phys_start, 1n)))
        if (hit)
          yield {
            span: at(region, 'phys_start'),
            headline: `${shortRegionName(region)} takes ${hit.name} from the root`,
            notes: [
              `sub-page region within ${interval(hit.range)}: create unregisters the root's handler there`,
              "the root's next access parks its CPU",
            ],
            help: 'remove the region: the hypervisor emulates these registers',
            key: keyOf(region),
          }
      }
  },
}
