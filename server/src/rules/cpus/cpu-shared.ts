import { neighbours } from '../../config/scenario.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './cpu-shared.md'
import { atCpu, cpuNames } from './sets.ts'

export const cpuShared: ScenarioRule = {
  kind: 'scenario',
  code: 'JH662',
  id: 'cpu-shared',
  title: 'CPU assigned to two cells',
  severity: 'error',
  constraints: ['cpu-overlap-cells'],
  page,
  *check(scenario) {
    for (const { first, second } of neighbours(scenario)) {
      const shared = second.cpus.filter(cpu => first.cpus.includes(cpu))
      if (shared[0] === undefined) continue
      yield {
        span: atCpu(second, shared[0]),
        headline: `${cpuNames(shared)} ${shared.length === 1 ? 'is' : 'are'} also assigned to "${first.name}"`,
        notes: ['creating the second cell fails with -EBUSY'],
        help: 'assign each CPU to one cell, or list the cells as separate systems',
        related: [{ span: atCpu(first, shared[0]), text: `"${first.name}" has ${cpuNames(first.cpus)}` }],
        key: `${first.name} ${shared.join()}`,
      }
    }
  },
}
