import { hypervisorRange } from '../../config/hypervisor-memory.ts'
import { at } from '../../config/places.ts'
import { contains, overlap, phys } from '../../config/ranges.ts'
import { describeRange } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import { hypervisorFault } from './hypervisor-overlap.ts'
import page from './inmate-hypervisor-overlap.md'
import { regionsOver } from './overlaps.ts'

export const inmateHypervisorOverlap: ScenarioRule = {
  kind: 'scenario',
  code: 'JH242',
  id: 'inmate-hypervisor-overlap',
  title: 'Hypervisor memory mapped into an inmate',
  severity: 'error',
  constraints: [],
  charges: 'extent',
  page,
  *check({ root, cells }) {
    const memory = hypervisorRange(root)
    if (!memory) return
    // What the root itself maps of the hypervisor is charged there, or to the hypervisor's memory.
    const ofRoot = regionsOver(root.root_cell, memory).map(phys)
    for (const cell of cells)
      for (const region of regionsOver(cell, memory)) {
        const shared = overlap(phys(region), memory)
        if (!shared || ofRoot.some(range => contains(range, shared))) continue
        yield {
          ...hypervisorFault(cell, region, memory),
          related: [
            {
              span: at(root.hypervisor_memory, 'phys_start'),
              text: `hypervisor memory ${describeRange(phys(root.hypervisor_memory))}`,
            },
          ],
        }
      }
  },
}
