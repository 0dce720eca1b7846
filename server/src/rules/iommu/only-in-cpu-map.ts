import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { overlap, phys } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { cpuReach, dmaReach } from '../../machine/queries/reach.ts'
import type { Stage } from '../../machine/stage.ts'
import { at, describe, keyOf } from '../places.ts'
import type { MachineRule } from '../rule.ts'
import page from './only-in-cpu-map.md'
import { hasPvu, isOwnRam } from './pvu.ts'

export const onlyInCpuMap: MachineRule = {
  kind: 'machine',
  code: 'JH306',
  id: 'only-in-cpu-map',
  title: 'RAM of the root that its devices do not reach',
  severity: 'information',
  covers: [],
  page,
  *check({ scenario, stages: [enabled] }) {
    const { root_cell } = scenario.root
    if (!hasPvu(scenario.root) || enabled?.outcome.kind !== 'done') return
    for (const region of root_cell.mem_regions.filter(isOwnRam)) {
      const takers = takersOf(region, scenario)
      if ((scenario.cells.length && !takers.length) || !isOnlyInCpuMap(region, root_cell, enabled, scenario)) continue
      yield {
        at: at(region, 'phys_start'),
        message: `${describe(region)} is in the CPU map of "${root_cell.name}" and not in its PVU, for want of JAILHOUSE_MEM_DMA: its devices do not reach it and images are copied here by the CPU; that is right for memory that inmates are given`,
        related: takers.map(({ cell, region: inner }) => ({
          at: at(inner, 'phys_start'),
          message: `"${cell.name}" takes ${describe(inner)}`,
        })),
        key: keyOf(region),
      }
    }
  },
}

function isOnlyInCpuMap(region: MemoryRegion, root: CellConfig, { state }: Stage, scenario: Scenario): boolean {
  const isMapped = cpuReach(state, phys(region)).some(({ cell }) => cell === root)
  return isMapped && !dmaReach(state, scenario, phys(region)).some(isByEntry)
}

/** An SMMU beside the PVU walks the CPU's tables; what it reaches says nothing about the PVU. */
const isByEntry = ({ through }: { readonly through: string }): boolean => through === 'entries'

const takersOf = (region: MemoryRegion, { cells }: Scenario) =>
  cells.flatMap(cell =>
    cell.mem_regions
      .filter(inner => isOwnRam(inner) && overlap(phys(inner), phys(region)))
      .map(inner => ({ cell, region: inner })),
  )
