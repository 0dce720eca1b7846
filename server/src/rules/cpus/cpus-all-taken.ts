import type { Scenario } from '../../config/scenario.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './cpus-all-taken.md'
import { atCpu, listed } from './sets.ts'

export const cpusAllTaken: ScenarioRule = {
  kind: 'scenario',
  code: 'JH661',
  id: 'cpus-all-taken',
  title: 'The root keeps a CPU',
  severity: 'error',
  constraints: ['cpu-all-taken'],
  complete: ['root.cpus'],
  page,
  *check({ root: { root_cell }, cells }) {
    for (const { cell, earlier } of takers({ root_cell, cells }))
      yield {
        span: atCpu(cell, cell.cpus[0] ?? 0),
        severity: earlier.length ? 'warning' : 'error',
        headline: `"${cell.name}" takes ${earlier.length ? 'what others leave' : 'all'} of the CPUs of "${root_cell.name}" (${listed(root_cell.cpus)}): Linux does not give up its last CPU and creating the cell answers EBUSY; leave it one`,
        related: [root_cell, ...earlier].map(other => ({
          span: atCpu(other, other.cpus[0] ?? 0),
          text: `"${other.name}" has ${listed(other.cpus)}`,
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
