import { phys } from '../../config/ranges.ts'
import type { ScenarioRule } from '../rule.ts'
import { hypervisorFault } from './hypervisor-overlap.ts'
import page from './inmate-hypervisor-overlap.md'

export const inmateHypervisorOverlap: ScenarioRule = {
  kind: 'scenario',
  code: 'JH242',
  id: 'inmate-hypervisor-overlap',
  title: 'Hypervisor memory mapped into an inmate',
  severity: 'error',
  constraints: [],
  page,
  *check({ root, cells }) {
    for (const cell of cells)
      for (const region of cell.mem_regions) yield* hypervisorFault(cell, region, phys(root.hypervisor_memory))
  },
}
