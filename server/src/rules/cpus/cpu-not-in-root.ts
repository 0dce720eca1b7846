import { fixes, fixOf } from '../../edit/change.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './cpu-not-in-root.md'
import { isBeyondGicv2 } from './gicv2-cpus.ts'
import { atCpu, cpuNames, setCpus } from './sets.ts'

export const cpuNotInRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH660',
  id: 'cpu-not-in-root',
  title: 'CPU not assigned to the root cell',
  severity: 'error',
  constraints: ['cpu-not-in-root'],
  complete: ['root.cpus'],
  page,
  *check({ root, cells }) {
    const { root_cell } = root
    // A CPU that the root cannot have stands for one that it lacks, and is charged there.
    if (isBeyondGicv2(root)) return
    for (const cell of cells) {
      const foreign = cell.cpus.filter(cpu => !root_cell.cpus.includes(cpu))
      const own = cell.cpus.filter(cpu => !foreign.includes(cpu))
      if (foreign[0] === undefined || root_cell.cpus.length === 0) continue
      yield {
        span: atCpu(cell, foreign[0]),
        headline: `${cpuNames(foreign)} ${foreign.length === 1 ? 'is' : 'are'} not assigned to the root cell`,
        notes: [`create fails with -EBUSY; the root cell has ${cpuNames(root_cell.cpus)}`],
        related: [{ span: atCpu(root_cell, 0), text: `the root cell has ${cpuNames(root_cell.cpus)}` }],
        key: foreign.join(),
        ...fixes(own.length ? fixOf(`Remove ${cpuNames(foreign)}`, setCpus(cell, own), false) : undefined),
      }
    }
  },
}
