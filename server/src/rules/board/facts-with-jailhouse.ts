import { noSpan } from '../../config/places.ts'
import type { FactsRule } from '../rule.ts'
import page from './facts-with-jailhouse.md'

export const factsWithJailhouse: FactsRule = {
  kind: 'facts',
  code: 'JH903',
  id: 'facts-with-jailhouse',
  title: 'Facts recorded with Jailhouse enabled',
  severity: 'hint',
  constraints: [],
  page,
  *check({ platform }) {
    const problems = platform.problems.filter(({ isTakenWithJailhouse }) => isTakenWithJailhouse)
    if (problems.length === 0 && !platform.isJailhouseEnabled) return
    yield {
      span: problems.find(({ span }) => span)?.span ?? noSpan,
      headline: 'the facts were taken while Jailhouse was enabled',
      notes: ['what the hypervisor adds, its memory and virtual PCI devices, is left out'],
      help: 'take them again before "jailhouse enable"',
      key: 'enabled',
    }
  },
}
