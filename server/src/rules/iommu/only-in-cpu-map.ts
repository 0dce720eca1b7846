import { regionName } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { overlap, phys } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import type { DmaEntry } from '../../machine/hypervisor.ts'
import { contextsOf, cpuReachOf, isShown } from '../../machine/queries/reach.ts'
import type { Stage } from '../../machine/stage.ts'
import type { SimulationRule } from '../rule.ts'
import page from './only-in-cpu-map.md'
import { hasPvu, isOwnRam } from './pvu.ts'

export const onlyInCpuMap: SimulationRule = {
  kind: 'simulation',
  code: 'JH306',
  id: 'only-in-cpu-map',
  title: 'Root RAM not accessible to devices',
  severity: 'hint',
  constraints: [],
  rests: ['extent'],
  page,
  *check({ scenario, stages: [enabled] }) {
    const { root_cell } = scenario.root
    if (!hasPvu(scenario.root) || enabled?.outcome.kind !== 'done') return
    const lists = entryLists(enabled, scenario)
    for (const region of root_cell.mem_regions.filter(isOwnRam)) {
      const takers = takersOf(region, scenario)
      if ((scenario.cells.length && !takers.length) || !isOnlyInCpuMap(region, enabled, lists)) continue
      yield {
        span: at(region, 'phys_start'),
        headline: `${regionName(region)} is not accessible to the root's devices`,
        notes: [
          'without JAILHOUSE_MEM_DMA the PVU does not map it: the CPU copies images here',
          'this is correct for memory of inmates',
        ],
        related: takers.map(({ cell, region: inner }) => ({
          span: at(inner, 'phys_start'),
          text: `given to "${cell.name}" as ${regionName(inner)}`,
        })),
        key: keyOf(region),
      }
    }
  },
}

/** What streams see through entries. An SMMU beside the PVU walks the CPU's tables; that says nothing about the PVU. */
const entryLists = ({ state }: Stage, scenario: Scenario): ReadonlySet<readonly DmaEntry[]> =>
  new Set(
    contextsOf(state, scenario).flatMap(({ translation }) =>
      translation.kind === 'entries' ? [translation.entries] : [],
    ),
  )

function isOnlyInCpuMap(region: MemoryRegion, { state }: Stage, lists: ReadonlySet<readonly DmaEntry[]>): boolean {
  const [root] = state.cells
  const isMapped = root !== undefined && cpuReachOf(root, phys(region)).length > 0
  return isMapped && ![...lists].some(list => isShown(list, phys(region)))
}

const takersOf = (region: MemoryRegion, { cells }: Scenario) =>
  cells.flatMap(cell =>
    cell.mem_regions
      .filter(inner => isOwnRam(inner) && overlap(phys(inner), phys(region)))
      .map(inner => ({ cell, region: inner })),
  )
