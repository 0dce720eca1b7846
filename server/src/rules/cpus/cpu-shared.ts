import { neighbours } from '../pairs.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './cpu-shared.md'
import { atCpu, listed } from './sets.ts'

export const cpuShared: ScenarioRule = {
  kind: 'scenario',
  code: 'JH662',
  id: 'cpu-shared',
  title: 'Cells that run together have CPUs of their own',
  severity: 'error',
  constraints: ['cpu-overlap-cells'],
  page,
  *check(scenario) {
    for (const { first, second } of neighbours(scenario)) {
      const shared = second.cpus.filter(cpu => first.cpus.includes(cpu))
      if (shared[0] === undefined) continue
      yield {
        span: atCpu(second, shared[0]),
        headline: `${listed(shared)} ${shared.length === 1 ? 'is' : 'are'} in "${first.name}" too: the cell created second answers EBUSY; give each its own, or do not list them as one system`,
        related: [{ span: atCpu(first, shared[0]), text: `"${first.name}" has ${listed(first.cpus)}` }],
        key: `${first.name} ${shared.join()}`,
      }
    }
  },
}
