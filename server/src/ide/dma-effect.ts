import type { Simulation } from '../analyze.ts'
import type { CellConfig, MemoryRegion } from '../config/model.ts'
import { phys } from '../config/ranges.ts'
import type { DmaReach } from '../machine/queries/answers.ts'
import { dmaReach } from '../machine/queries/reach.ts'
import type { Stage } from '../machine/stage.ts'
import { shortDriver } from './device-words.ts'

/** The stage from which on a cell has its memory: `enable` for the root, its `create` for any other. */
export const stageOf = ({ machine }: Simulation, cell: CellConfig): Stage | undefined =>
  machine.stages.find(
    ({ command, outcome }) =>
      outcome.kind === 'done' &&
      (cell.isRoot ? command.verb === 'enable' : command.verb === 'create' && command.cell === cell),
  )

/** `PVU 2 entries, SMMU v3`: through what the cell's own devices reach a region once the cell is there. */
export function dmaEffect(simulation: Simulation, cell: CellConfig, region: MemoryRegion): string | undefined {
  const stage = stageOf(simulation, cell)
  if (!stage) return undefined
  const reaches = dmaReach(stage.state, simulation.scenario, phys(region)).filter(({ owners }) => owners.includes(cell))
  if (reaches.some(({ through }) => through === 'unrestricted')) return undefined
  const drivers = [...new Set(reaches.map(({ driver }) => driver))]
  return drivers.map(driver => driverWords(reaches.filter(reach => reach.driver === driver))).join(', ') || 'no device'
}

/** All streams of a cell get the same entries in every unit: those of the first speak for all. */
function driverWords(reaches: readonly DmaReach[]): string {
  const [first] = reaches
  if (!first) return ''
  const name = shortDriver(first.driver)
  if (first.through !== 'entries') return first.through === 'bypass' ? `${name} bypassed` : name
  const own = reaches.filter(({ unit, device }) => unit === first.unit && device === first.device)
  const entries = own.flatMap(({ pages }) => pages).reduce((sum, page) => sum + page.count, 0)
  return `${name} ${entries === 1 ? '1 entry' : `${entries} entries`}`
}
