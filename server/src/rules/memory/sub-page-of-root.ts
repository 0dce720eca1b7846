import { MEM_ROOTSHARED } from '../../config/constants.ts'
import { regionAt, regionName, shortRegionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { contains, hasAny, isAligned, isSubPage, phys } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { interval } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import { coverOf, realRegions } from './root-cover.ts'
import page from './sub-page-of-root.md'

/** `unmap_from_root_cell` looks at the region with virt = phys: not in whole pages there, it only drops a handler. */
export const subPageOfRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH264',
  id: 'sub-page-of-root',
  title: 'Sub-page region not shared with the root',
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
  const subs = parts.filter(part => isSubPage(part.region))
  const sub = subs.find(part => isTaken(region, part.region)) ?? subs[0]
  const own = { key: `${cell.name} ${keyOf(region)}`, outer: (whole ?? sub)?.region, root: root.root_cell }
  if (whole)
    yield fault(region, own, `${regionName(region)} stays accessible to the root`, [
      `page tables cannot take a sub-page region: the root keeps ${interval(whole.shared)}`,
    ])
  else if (sub)
    yield fault(region, own, headlineOf(region, sub.region), [
      ...(contains(phys(region), phys(sub.region))
        ? []
        : [`${regionName(region)} is only ${interval(phys(region))} of ${regionAt(sub.region, root.root_cell)}`]),
      isTaken(region, sub.region)
        ? "at destroy, remap_to_root_cell registers a pointer to its own stack: the root's next access faults or corrupts memory"
        : "remap_to_root_cell registers a pointer to its own stack; the root's next access faults or corrupts memory",
    ])
}

/** `mmio_region_unregister` looks up the one region of the root that holds the first byte. */
const isTaken = ({ phys_start }: MemoryRegion, sub: MemoryRegion): boolean => {
  const { start, end } = phys(sub)
  return start <= phys_start && phys_start < end
}

/** What `create` does comes before what `destroy` does. */
const headlineOf = (region: MemoryRegion, sub: MemoryRegion): string =>
  isTaken(region, sub)
    ? `create removes the root's access to all of ${shortRegionName(sub)}`
    : `destroy leaves the root a dangling MMIO handler for ${regionName(region)}`

interface Subject {
  readonly key: string
  readonly outer: MemoryRegion | undefined
  readonly root: CellConfig
}

const fault = (
  region: MemoryRegion,
  { key, outer, root }: Subject,
  headline: string,
  notes: readonly string[],
): RawFinding => ({
  span: at(region, 'size'),
  headline,
  notes,
  help: 'add JAILHOUSE_MEM_ROOTSHARED if both cells may use the registers',
  related: outer ? [{ span: at(outer, 'phys_start'), text: regionAt(outer, root) }] : [],
  key,
  ...fixes(
    fixOf(
      'Add JAILHOUSE_MEM_ROOTSHARED if both cells may use the registers',
      addFlag(region, 'flags', 'JAILHOUSE_MEM_ROOTSHARED'),
      false,
    ),
  ),
})
