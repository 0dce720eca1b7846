import type { Scenario } from '../../config/scenario.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './cpus-all-taken.md'
import { atCpu, cpuNames } from './sets.ts'

export const cpusAllTaken: ScenarioRule = {
  kind: 'scenario',
  code: 'JH661',
  id: 'cpus-all-taken',
  title: 'No CPU left for the root cell',
  severity: 'error',
  constraints: ['cpu-all-taken'],
  complete: ['root.cpus'],
  page,
  *check({ root: { root_cell }, cells }) {
    for (const { cell, earlier } of takers({ root_cell, cells }))
      yield {
        span: atCpu(cell, cell.cpus[0] ?? 0),
        severity: earlier.length ? 'warning' : 'error',
        headline: earlier.length
          ? 'this cell and those created before it leave no CPU to the root cell'
          : 'this cell leaves no CPU to the root cell',
        notes: [
          `Linux cannot offline its last CPU: create fails with -EBUSY (the root cell has ${cpuNames(root_cell.cpus)})`,
        ],
        help: 'leave one CPU to the root cell',
        related: [root_cell, ...earlier].map(other => ({
          span: atCpu(other, other.cpus[0] ?? 0),
          text: `"${other.name}" has ${cpuNames(other.cpus)}`,
        })),
      }
  },
}

/** The cells whose creation would leave the root without a CPU, and those created before them. */
function* takers({ root_cell, cells }: { root_cell: Scenario['root']['root_cell']; cells: Scenario['cells'] }) {
  if (root_cell.cpus.length === 0) return
  let left = root_cell.cpus
  for (const [i, cell] of cells.entries()) {
    const rest = left.filter(cpu => !cell.cpus.includes(cpu))
    if (rest.length === 0) yield { cell, earlier: left.length === root_cell.cpus.length ? [] : cells.slice(0, i) }
    else left = rest
  }
}
