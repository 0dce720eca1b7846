import { regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { overlap, phys } from '../../config/ranges.ts'
import { describeRange } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './inmate-hypervisor-memory.md'
import { realRegions } from './root-cover.ts'

export const inmateHypervisorMemory: ScenarioRule = {
  kind: 'scenario',
  code: 'JH269',
  id: 'inmate-hypervisor-memory',
  title: 'Hypervisor memory given to an inmate',
  severity: 'error',
  constraints: [],
  page,
  *check({ root: { hypervisor_memory }, cells }) {
    for (const cell of cells)
      for (const region of realRegions(cell)) {
        const shared = overlap(phys(hypervisor_memory), phys(region))
        if (shared)
          yield {
            span: at(region, 'phys_start'),
            headline: `${regionName(region)} gives hypervisor memory to the cell`,
            notes: [`cell_create does not check ${describeRange(shared)}; isolation of all cells is lost`],
            help: 'move the region',
            related: [
              {
                span: at(hypervisor_memory, 'phys_start'),
                text: `hypervisor memory ${describeRange(phys(hypervisor_memory))}`,
              },
            ],
            key: keyOf(region),
          }
      }
  },
}
