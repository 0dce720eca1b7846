import { MEM_LOADABLE } from '../../config/constants.ts'
import { hasAny } from '../../config/ranges.ts'
import { at, describe, describeRange, keyOf } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './partly-in-root.md'
import { coverOf, realRegions } from './root-cover.ts'

/** Wholly outside is legal: then the root never knew of the memory. */
export const partlyInRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH260',
  id: 'partly-in-root',
  title: 'The root knows all of a region or nothing of it',
  severity: 'information',
  constraints: ['inmate-mem-partly-in-root', 'rootshared-not-in-root'],
  complete: ['root.mem_regions'],
  page,
  *check({ root: { root_cell }, cells }) {
    for (const cell of cells)
      for (const region of realRegions(cell).filter(region => !hasAny(region, MEM_LOADABLE))) {
        const { parts, gaps } = coverOf(region, root_cell)
        if (parts.length && gaps.length)
          yield {
            span: at(region, 'size'),
            headline: `${describe(region)} of "${cell.name}" reaches over the border of the root's regions: ${gaps.map(describeRange).join(' and ')} is in none of them, and was never the root's to give, share or take back; check the addresses`,
            related: parts.map(part => ({
              span: at(part.region, 'phys_start'),
              text: `the root has ${describe(part.region)}`,
            })),
            key: keyOf(region),
          }
      }
  },
}
