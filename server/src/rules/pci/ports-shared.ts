import type { PioRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { overlap, type Range, rangeOf } from '../../config/ranges.ts'
import { neighbours } from '../../config/scenario.ts'
import { interval } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './ports-shared.md'

export const portsOf = ({ base, length }: PioRegion): Range => rangeOf(BigInt(base), BigInt(length))

export const portsShared: ScenarioRule = {
  kind: 'scenario',
  code: 'JH570',
  id: 'ports-shared',
  title: 'I/O ports assigned to two cells',
  severity: 'error',
  constraints: ['pio-shared-inmates'],
  page,
  *check(scenario) {
    if (scenario.root.architecture !== 'x86') return
    for (const { first, second } of neighbours(scenario))
      for (const region of second.pio_regions)
        for (const twin of first.pio_regions) {
          const shared = overlap(portsOf(region), portsOf(twin))
          if (shared)
            yield {
              span: at(region, 'base'),
              headline: `ports ${interval(shared)} are also assigned to "${first.name}"`,
              notes: ['both cells can access them, and destroying either passes them to the root cell'],
              help: 'list the ports in one cell',
              related: [{ span: at(twin, 'base'), text: `"${first.name}" has them here` }],
              key: `${first.name} ${interval(shared)}`,
            }
        }
  },
}
