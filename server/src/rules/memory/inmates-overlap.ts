import { MEM_ROOTSHARED } from '../../config/constants.ts'
import { regionAt, shortRegionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny, overlap, phys, type Range } from '../../config/ranges.ts'
import { neighbours } from '../../config/scenario.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { regionsMeeting } from '../../machine/overlaps.ts'
import { describeRange } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './inmates-overlap.md'
import { MAX_PARTNERS } from './overlaps.ts'
import { realRegions } from './root-cover.ts'

/** `cell_create` takes memory from the root and looks at no other cell. */
export const inmatesOverlap: ScenarioRule = {
  kind: 'scenario',
  code: 'JH267',
  id: 'inmates-overlap',
  title: 'Memory owned by two inmates',
  severity: 'error',
  constraints: ['exclusive-vs-other-inmate'],
  page,
  *check(scenario) {
    for (const { first, second } of neighbours(scenario)) {
      const own = realRegions(first)
      for (const region of realRegions(second))
        for (const other of ownersOf(own, region).slice(0, MAX_PARTNERS)) {
          const shared = overlap(phys(other), phys(region))
          if (shared) yield overlapFinding(first, other, region, shared)
        }
    }
  },
}

/** The regions over the memory of another that are not shared by both. */
const ownersOf = (regions: readonly MemoryRegion[], region: MemoryRegion): readonly MemoryRegion[] =>
  regionsMeeting(regions, phys(region)).filter(
    other => !(hasAny(region, MEM_ROOTSHARED) && hasAny(other, MEM_ROOTSHARED)),
  )

const FLAG = 'JAILHOUSE_MEM_ROOTSHARED'

const overlapFinding = (first: CellConfig, other: MemoryRegion, region: MemoryRegion, shared: Range): RawFinding => ({
  span: at(region, 'phys_start'),
  headline: `${shortRegionName(region)} overlaps region ${other.index} of "${first.name}"`,
  notes: [
    `both cells own ${describeRange(shared)} and can overwrite each other; cell_create does not check it`,
    'destroying one cell returns the memory to the root while the other runs',
  ],
  help: hasAny(other, MEM_ROOTSHARED) ? `add ${FLAG}` : `separate the regions, or add ${FLAG} to both`,
  related: [{ span: at(other, 'phys_start'), text: regionAt(other, first) }],
  key: `${first.name} ${keyOf(region)}`,
  ...fixes(hasAny(other, MEM_ROOTSHARED) ? fixOf(`Add ${FLAG}`, addFlag(region, 'flags', FLAG), false) : undefined),
})
