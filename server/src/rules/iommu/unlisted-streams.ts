import { smmuV3 } from '../../machine/iommu/smmu-v3.ts'
import { contextsOf } from '../../machine/queries/reach.ts'
import { at } from '../places.ts'
import type { SimulationRule } from '../rule.ts'
import page from './unlisted-streams.md'

/** Once for each unit: which of its streams nobody lists and the table lets through. */
export const unlistedStreams: SimulationRule = {
  kind: 'simulation',
  code: 'JH319',
  id: 'unlisted-streams',
  title: 'Streams that no cell lists bypass an SMMUv3',
  severity: 'hint',
  constraints: ['smmuv3-unlisted-bypass'],
  complete: ['stream_ids'],
  page,
  *check({ scenario, stages: [enabled] }) {
    if (enabled?.outcome.kind !== 'done') return
    const open = contextsOf(enabled.state, scenario).filter(
      ({ driver, translation, streamId }) =>
        driver === smmuV3.name && translation.kind === 'bypass' && streamId === undefined,
    )
    for (const unit of scenario.root.platform_info.iommu_units) {
      const streams = open.filter(context => context.unit === unit.index).map(({ device }) => ranges(device))
      if (streams.length)
        yield {
          span: at(unit, 'base'),
          headline: `streams ${streams.join(', ')} that no cell lists bypass it and reach all memory, the hypervisor's too; list the streams of all devices that do DMA in the root's stream_ids`,
          key: `${unit.index}`,
        }
    }
  },
}

/** `0xf000 to 0xf0ff` of what the unit says of them. */
const ranges = (device: string): string => /0x\w+ to 0x\w+/.exec(device)?.[0] ?? 'of any number'
