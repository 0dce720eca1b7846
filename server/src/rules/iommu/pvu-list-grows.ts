import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, atFlag, keyOf } from '../../config/places.ts'
import { phys } from '../../config/ranges.ts'
import { MAX_PVU_ENTRIES } from '../../machine/iommu/pvu-entries.ts'
import { pvuState } from '../../machine/iommu/ti-pvu.ts'
import { regionsMeeting } from '../../machine/overlaps.ts'
import type { Machine, Stage } from '../../machine/stage.ts'
import type { SimulationRule } from '../rule.ts'
import page from './pvu-list-grows.md'

const ROOT_ID = 0

/** What is returned to the root is queued in a list that is never committed: `config_commit` is called for others or none. */
export const pvuListGrows: SimulationRule = {
  kind: 'simulation',
  code: 'JH310',
  id: 'pvu-list-grows',
  title: 'PVU entries left behind by destroyed cells',
  severity: 'warning',
  constraints: ['pvu-root-pending-growth', 'destroy-remap-failed'],
  page,
  *check(machine) {
    const { cells } = machine.scenario
    const grown = growthOf(machine)
    const all = [...grown.values()].reduce((sum, entries) => sum + entries, 0)
    for (const [region, entries] of grown)
      yield {
        span: atFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'),
        headline: `each cycle from create to destroy leaves ${entries === 1 ? 'a stale PVU entry' : `${entries} stale PVU entries`} for this region`,
        notes: [
          `create, load, start and destroy of ${named(cells)} fill a list of the root cell that is never emptied`,
          `cycle ${Math.floor(MAX_PVU_ENTRIES / all) + 1} exceeds its ${MAX_PVU_ENTRIES} entries: load fails, and destroy does not return the memory`,
        ],
        help: 'remove JAILHOUSE_MEM_DMA from this region',
        related: takenBy(cells, region),
        key: keyOf(region),
      }
  },
}

/** The regions of cells that lie in the root's. */
const takenBy = (cells: readonly CellConfig[], region: MemoryRegion) =>
  cells
    .flatMap(({ name, mem_regions }) =>
      regionsMeeting(mem_regions, phys(region)).map(inner => ({
        span: at(inner, 'phys_start'),
        text: `"${name}" is given this memory`,
      })),
    )
    .slice(0, MAX_RELATED)

const MAX_RELATED = 3

const named = (cells: readonly CellConfig[]): string => cells.map(({ name }) => `"${name}"`).join(' and ')

/** Entries that one round adds for each region of the root: at loading, and when the cell is destroyed. */
function growthOf({ stages }: Machine): ReadonlyMap<MemoryRegion, number> {
  const grown = new Map<MemoryRegion, number>()
  for (const [index, stage] of stages.entries()) {
    if (!['set_loadable', 'destroy'].includes(stage.command.verb)) continue
    const before = stages[index - 1]
    for (const { region } of waiting(stage).slice(before ? waiting(before).length : 0))
      if (region) grown.set(region, (grown.get(region) ?? 0) + 1)
  }
  return grown
}

const waiting = ({ state }: Stage) => pvuState(state).pending.get(ROOT_ID) ?? []
