import { fixes, fixOf } from '../fixes/change.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './cpu-not-in-root.md'
import { atCpu, listed, setCpus } from './sets.ts'

export const cpuNotInRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH660',
  id: 'cpu-not-in-root',
  title: 'An inmate takes its CPUs from the root',
  severity: 'error',
  constraints: ['cpu-not-in-root'],
  complete: ['root.cpus'],
  page,
  *check({ root: { root_cell }, cells }) {
    for (const cell of cells) {
      const foreign = cell.cpus.filter(cpu => !root_cell.cpus.includes(cpu))
      const own = cell.cpus.filter(cpu => !foreign.includes(cpu))
      if (foreign[0] === undefined || root_cell.cpus.length === 0) continue
      yield {
        span: atCpu(cell, foreign[0]),
        headline: `${listed(foreign)} ${foreign.length === 1 ? 'does' : 'do'} not belong to "${root_cell.name}", which has ${listed(root_cell.cpus)}: creating the cell answers EBUSY; choose among those`,
        related: [{ span: atCpu(root_cell, 0), text: `"${root_cell.name}" has ${listed(root_cell.cpus)}` }],
        key: foreign.join(),
        ...fixes(own.length ? fixOf(`Keep ${listed(own)} only`, setCpus(cell, own), false) : undefined),
      }
    }
  },
}
