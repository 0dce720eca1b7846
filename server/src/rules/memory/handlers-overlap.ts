import { shortRegionName } from '../../config/element-name.ts'
import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { isSubPage, overlap, virt } from '../../config/ranges.ts'
import { interval } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './handlers-overlap.md'
import { realRegions } from './root-cover.ts'
import { windowsOf } from './windows.ts'

/** `mmio_region_register` sorts by start and does not compare; `find_region` searches for any that holds the address. */
export const handlersOverlap: ScenarioRule = {
  kind: 'scenario',
  code: 'JH270',
  id: 'handlers-overlap',
  title: 'Sub-page region over an emulated device',
  severity: 'error',
  constraints: ['mem-mmio-handler-overlap'],
  rests: ['extent'],
  page,
  *check({ root, cells }) {
    for (const cell of [root.root_cell, ...cells]) yield* overlaps(root, cell)
  },
}

function* overlaps(root: SystemConfig, cell: CellConfig): Iterable<RawFinding> {
  const handled = windowsOf(root).filter(({ isPhysical }) => !isPhysical)
  for (const region of realRegions(cell).filter(isSubPage)) {
    const hit = handled.find(({ range }) => overlap(range, virt(region)))
    if (hit)
      yield {
        span: at(region, 'virt_start'),
        headline: `${shortRegionName(region)} overlaps ${hit.name}`,
        notes: [
          `the hypervisor emulates ${interval(hit.range)}`,
          'two MMIO handlers match one address, and either may be called',
        ],
        help: 'remove the region: the hypervisor emulates these registers',
        key: `${cell.name} ${keyOf(region)}`,
      }
  }
}
