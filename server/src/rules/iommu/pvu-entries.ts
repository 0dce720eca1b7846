import { regionName } from '../../config/element-name.ts'
import type { CellConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import type { EntryBudget } from '../../machine/queries/answers.ts'
import { budget } from '../../machine/queries/budget.ts'
import type { RawFinding, SimulationRule } from '../rule.ts'
import { costText, type Failed, failuresOf, hasTopic, verbOf } from './pvu.ts'
import page from './pvu-entries.md'

export const pvuEntries: SimulationRule = {
  kind: 'simulation',
  code: 'JH304',
  id: 'pvu-entries',
  title: 'More than 128 PVU entries',
  severity: 'error',
  constraints: ['pvu-entry-limit'],
  rests: ['extent'],
  complete: ['mem_regions'],
  page,
  *check(machine) {
    for (const failed of failuresOf(machine).filter(isOutOfEntries)) {
      const cell = failed.outcome.cell
      const spent = budget(machine, failed.stage).entries.find(entries => entries.cell === cell)
      if (cell && spent && spent.limit < spent.needed) yield tooMany(cell, spent, failed)
    }
  },
}

/** The list overflows in the middle of a region, or is exactly full before one: then nothing is printed. */
const isOutOfEntries = (failed: Failed): boolean =>
  failed.outcome.by === 'pvu_iommu_map_memory' && !hasTopic(failed, 'pvu-alignment') && !hasTopic(failed, 'pvu-tlbs')

function tooMany(cell: CellConfig, { needed, limit, regions }: EntryBudget, { stage, outcome }: Failed): RawFinding {
  const [costliest, ...others] = regions
  const how = outcome.kind === 'refused' ? `fails with -${outcome.errno}` : 'stops the machine'
  const refused = outcome.region ? regionName(outcome.region) : 'the next region'
  return {
    span: costliest ? at(costliest.region, 'size') : at(cell, 'name'),
    headline: `DMA regions need ${needed} PVU entries, but a cell can have ${limit}`,
    notes: [`${verbOf(stage)} ${how} at ${refused}`, ...(costliest ? [costText(costliest)] : [])],
    help: 'align the region, or remove JAILHOUSE_MEM_DMA where no device needs it',
    related: others.slice(0, 3).map(other => ({ span: at(other.region, 'size'), text: costText(other) })),
    key: cell.name,
  }
}
