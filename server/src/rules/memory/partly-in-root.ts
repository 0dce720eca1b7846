import { MEM_LOADABLE } from '../../config/constants.ts'
import { regionAt, regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny } from '../../config/ranges.ts'
import { describeRange } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './partly-in-root.md'
import { coverOf, isInOne, realRegions } from './root-cover.ts'

/** Wholly outside is legal: then the root never knew of the memory. */
export const partlyInRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH260',
  id: 'partly-in-root',
  title: 'Region partly outside the root cell',
  severity: 'information',
  constraints: ['inmate-mem-partly-in-root', 'rootshared-not-in-root'],
  complete: ['root.mem_regions'],
  page,
  *check({ root: { root_cell }, cells }) {
    for (const cell of cells)
      for (const region of realRegions(cell).filter(region => !hasAny(region, MEM_LOADABLE))) {
        if (isInOne(region, root_cell)) continue
        const { parts, gaps } = coverOf(region, root_cell)
        if (parts.length && gaps.length)
          yield {
            span: at(region, 'size'),
            headline: `${regionName(region)} extends beyond the root cell's regions`,
            notes: [`not in the root: ${gaps.map(describeRange).join(' and ')}`],
            help: 'check the addresses',
            related: parts.map(part => ({
              span: at(part.region, 'phys_start'),
              text: regionAt(part.region, root_cell),
            })),
            key: keyOf(region),
          }
      }
  },
}
