import type { LineMeaning } from '../../machine/queries/answers.ts'
import { consoleMeanings } from '../../machine/queries/console-meaning.ts'
import { atFlag, keyOf } from '../places.ts'
import type { SimulationRule } from '../rule.ts'
import page from './unmap-warning.md'

export const unmapWarning: SimulationRule = {
  kind: 'simulation',
  code: 'JH309',
  id: 'unmap-warning',
  title: 'What "PVU cannot unmap memory" means here',
  severity: 'hint',
  constraints: ['pvu-runtime-unmap-warning'],
  page,
  *check(machine) {
    const printed = machine.stages.flatMap(stage =>
      stage.console.some(({ topic }) => topic === 'pvu-cannot-unmap')
        ? consoleMeanings(machine, stage)
            .filter(({ line }) => line.topic === 'pvu-cannot-unmap')
            .map(told => ({ ...told, verb: stage.command.verb }))
        : [],
    )
    for (const region of new Set(printed.map(({ line }) => line.region))) {
      const own = printed.filter(({ line }) => line.region === region)
      const [first] = own
      if (!region || !first) continue
      yield {
        span: atFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'),
        headline: `the console will say "PVU cannot unmap memory at runtime for cell ${first.line.cell?.name ?? ''}" for this region at ${[...new Set(own.map(({ verb }) => verb))].join(' and at ')}: ${worst(own).meaning}`,
        key: keyOf(region),
      }
    }
  },
}

const worst = (told: readonly LineMeaning[]): LineMeaning =>
  told.find(({ weight }) => weight === 'serious') ?? (told[0] as LineMeaning)
