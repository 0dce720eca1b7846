import { overlap, phys } from '../../config/ranges.ts'
import { at, describe, describeRange, keyOf } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './inmate-hypervisor-memory.md'
import { realRegions } from './root-cover.ts'

export const inmateHypervisorMemory: ScenarioRule = {
  kind: 'scenario',
  code: 'JH269',
  id: 'inmate-hypervisor-memory',
  title: 'An inmate is given no memory of the hypervisor',
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
            headline: `${describe(region)} gives "${cell.name}" ${describeRange(shared)} of the hypervisor: nothing checks it, and the cell can change what isolates all others; move the region`,
            related: [
              {
                span: at(hypervisor_memory, 'phys_start'),
                text: `the hypervisor lies at ${describeRange(phys(hypervisor_memory))}`,
              },
            ],
            key: keyOf(region),
          }
      }
  },
}
