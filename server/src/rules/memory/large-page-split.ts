import { regionAt, regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { poolBudget } from '../../machine/queries/pool-budget.ts'
import type { Stage } from '../../machine/stage.ts'
import { count, humanSize } from '../../text/words.ts'
import type { SimulationRule } from '../rule.ts'
import page from './large-page-split.md'
import { coverOf } from './root-cover.ts'

/** Pages of a 1 GiB leaf that is broken up by `split_hugepage`, which unmapping calls without `PAGING_HUGE`. */
const ONE_BLOCK = 512

export const largePageSplit: SimulationRule = {
  kind: 'simulation',
  code: 'JH262',
  id: 'large-page-split',
  title: 'Large page of the root split',
  severity: 'information',
  constraints: ['inmate-splits-1g-block'],
  page,
  *check(machine) {
    const created = machine.stages.findLast(({ command }) => command.verb === 'create')
    const before = created && machine.stages[created.index - 1]
    if (!before || created.outcome.kind !== 'done') return
    if (rootTables(created) - rootTables(before) < ONE_BLOCK) return
    const { usable, used, regions } = poolBudget(machine, created)
    for (const { region, cell, splits } of regions.filter(cost => ONE_BLOCK <= cost.splits))
      yield {
        span: at(region, 'phys_start'),

        headline: `${regionName(region)} splits a large page of the root`,
        notes: [
          `page tables take ${count(splits, 'page')} (${humanSize(BigInt(splits) * 4096n)}) of hypervisor memory permanently`,
          `${usable - used} of ${usable} pages stay free`,
        ],
        help: 'start and end a region of the root where this region does',
        related: coverOf(region, machine.scenario.root.root_cell).parts.map(part => ({
          span: at(part.region, 'phys_start'),
          text: regionAt(part.region, machine.scenario.root.root_cell),
        })),
        key: `${cell.name} ${keyOf(region)}`,
      }
  },
}

/** Pages of the root's tables. What a later region takes of the same gigabyte gives pages back at once. */
const rootTables = ({ state }: Stage): number => state.cells[0]?.mm.tables ?? 0
