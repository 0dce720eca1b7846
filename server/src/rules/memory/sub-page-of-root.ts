import { MEM_ROOTSHARED } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { contains, hasAny, isAligned, isSubPage, phys } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { at, describe, interval, keyOf } from '../places.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import { coverOf, realRegions } from './root-cover.ts'
import page from './sub-page-of-root.md'

/** `unmap_from_root_cell` looks at the region with virt = phys: not in whole pages there, it only drops a handler. */
export const subPageOfRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH264',
  id: 'sub-page-of-root',
  title: 'Pieces of a page are shared with the root',
  severity: 'error',
  constraints: ['inmate-subpage-in-root-page', 'inmate-subpage-dangling', 'inmate-subpage-root-larger'],
  page,
  *check(scenario) {
    for (const cell of scenario.cells)
      for (const region of realRegions(cell))
        if (!hasAny(region, MEM_ROOTSHARED) && !(isAligned(region.phys_start) && isAligned(region.size)))
          yield* regionFindings(scenario, cell, region)
  },
}

function* regionFindings({ root }: Scenario, cell: CellConfig, region: MemoryRegion): Iterable<RawFinding> {
  const { parts } = coverOf(region, root.root_cell)
  const whole = parts.find(part => !isSubPage(part.region))
  const piece = parts.find(part => isSubPage(part.region))
  const told = `${describe(region)} of "${cell.name}" is not made of whole pages`
  if (whole)
    yield fault(
      cell,
      region,
      whole.region,
      `${told}, and the root maps whole pages there: nothing is taken from "${root.root_cell.name}", which keeps access to ${interval(whole.shared)}`,
    )
  else if (piece && !contains(phys(region), phys(piece.region)))
    yield fault(
      cell,
      region,
      piece.region,
      `${told}: create takes all of region ${piece.region.index} from "${root.root_cell.name}", and destroy gives back a piece with its handler in a stack frame that is gone`,
    )
  else if (piece)
    yield fault(
      cell,
      region,
      piece.region,
      `${told}: given back, its handler lies in a stack frame that is gone, and the next access of "${root.root_cell.name}" parks the CPU or hits any address`,
    )
}

const fault = (cell: CellConfig, region: MemoryRegion, outer: MemoryRegion, message: string): RawFinding => ({
  span: at(region, 'size'),
  headline: `${message}; share it with JAILHOUSE_MEM_ROOTSHARED, or take whole pages`,
  related: [{ span: at(outer, 'phys_start'), text: `the root has ${describe(outer)}` }],
  key: `${cell.name} ${keyOf(region)}`,
  ...fixes(fixOf('Add JAILHOUSE_MEM_ROOTSHARED', addFlag(region, 'flags', 'JAILHOUSE_MEM_ROOTSHARED'), false)),
})
