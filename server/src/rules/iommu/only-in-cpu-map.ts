import { MEM_DMA, MEM_EXECUTE, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { MemoryRegion, SystemConfig } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { has, overlap, phys } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import type { DmaEntry } from '../../machine/hypervisor.ts'
import { contextsOf, cpuReachOf, isShown } from '../../machine/queries/reach.ts'
import type { Stage } from '../../machine/stage.ts'
import type { RawFinding, SimulationRule } from '../rule.ts'
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
    if (scenario.root.architecture === 'x86') yield* ramOfPc(scenario.root)
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

/** RAM of a PC is there for its devices: all else that the root has is neither executed nor used for DMA. */
function* ramOfPc({ root_cell }: SystemConfig): Iterable<RawFinding> {
  const ram = root_cell.mem_regions.filter(
    region => region.size > 0n && has(region, MEM_READ | MEM_WRITE | MEM_EXECUTE),
  )
  if (!ram.some(region => has(region, MEM_DMA))) return
  for (const region of ram)
    if (!has(region, MEM_DMA))
      yield {
        span: at(region, 'flags'),
        severity: 'warning',
        headline: `${regionName(region)} is not accessible to the root's devices`,
        notes: ['it lacks JAILHOUSE_MEM_DMA, which the other RAM of the root has: the IOMMU faults on DMA to it'],
        key: keyOf(region),
        ...fixes(fixOf('Add JAILHOUSE_MEM_DMA', addFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'), false)),
      }
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
