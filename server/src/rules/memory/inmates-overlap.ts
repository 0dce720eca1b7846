import { MEM_ROOTSHARED } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { hasAny, overlap, phys, type Range } from '../../config/ranges.ts'
import { neighbours } from '../../config/scenario.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { physIndexOf } from '../../machine/overlaps.ts'
import { at, describe, describeRange, keyOf } from '../places.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './inmates-overlap.md'
import { realRegions } from './root-cover.ts'

/** `cell_create` takes memory from the root and looks at no other cell. */
export const inmatesOverlap: ScenarioRule = {
  kind: 'scenario',
  code: 'JH267',
  id: 'inmates-overlap',
  title: 'Cells that run together share only what both share with the root',
  severity: 'error',
  constraints: ['exclusive-vs-other-inmate'],
  page,
  *check(scenario) {
    for (const { first, second } of neighbours(scenario)) {
      const own = realRegions(first)
      for (const region of realRegions(second))
        for (const other of physIndexOf(own).meeting(phys(region).start, phys(region).end)) {
          const shared = overlap(phys(other), phys(region))
          if (shared && !(hasAny(region, MEM_ROOTSHARED) && hasAny(other, MEM_ROOTSHARED)))
            yield overlapFault(first, other, second, region, shared)
        }
    }
  },
}

const FLAG = 'JAILHOUSE_MEM_ROOTSHARED'

const overlapFault = (
  first: CellConfig,
  other: MemoryRegion,
  second: CellConfig,
  region: MemoryRegion,
  shared: Range,
): RawFinding => ({
  span: at(region, 'phys_start'),
  headline: `"${first.name}" and "${second.name}" both own ${describeRange(shared)}: nothing checks it, each can overwrite the other, and destroying one gives the memory to the root while the other runs; separate them, or share it with ${FLAG} in both`,
  related: [{ span: at(other, 'phys_start'), text: `"${first.name}" has ${describe(other)}` }],
  key: `${first.name} ${keyOf(region)}`,
  ...fixes(
    hasAny(other, MEM_ROOTSHARED)
      ? fixOf(`Add ${FLAG} as "${first.name}" has it`, addFlag(region, 'flags', FLAG), false)
      : undefined,
  ),
})
