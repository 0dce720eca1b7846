import { atFlag, keyOf } from '../../config/places.ts'
import type { LineMeaning } from '../../machine/queries/answers.ts'
import { consoleMeanings } from '../../machine/queries/console-meaning.ts'
import { english } from '../../text/message.ts'
import type { SimulationRule } from '../rule.ts'
import { verbOf } from './pvu.ts'
import page from './unmap-warning.md'

export const unmapWarning: SimulationRule = {
  kind: 'simulation',
  code: 'JH309',
  id: 'unmap-warning',
  title: 'Console warning "PVU cannot unmap memory"',
  severity: 'hint',
  constraints: ['pvu-runtime-unmap-warning'],
  page,
  *check(machine) {
    const printed = machine.stages.flatMap(stage =>
      stage.console.some(({ topic }) => topic === 'pvu-cannot-unmap')
        ? consoleMeanings(machine, stage)
            .filter(({ line }) => line.topic === 'pvu-cannot-unmap')
            .map(meaning => ({ ...meaning, verb: verbOf(stage) }))
        : [],
    )
    for (const region of new Set(printed.map(({ line }) => line.region))) {
      const own = printed.filter(({ line }) => line.region === region)
      const [first] = own
      if (!region || !first) continue
      yield {
        span: atFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'),
        headline: `the PVU cannot unmap this region at ${[...new Set(own.map(({ verb }) => verb))].join(' and ')}`,
        notes: [
          `the console prints "PVU cannot unmap memory at runtime for cell ${first.line.cell?.name ?? ''}"`,
          english(worst(own).meaning),
        ],
        key: keyOf(region),
      }
    }
  },
}

const worst = (meanings: readonly LineMeaning[]): LineMeaning =>
  meanings.find(({ weight }) => weight === 'serious') ?? (meanings[0] as LineMeaning)
