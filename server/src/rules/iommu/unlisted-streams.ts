import { at } from '../../config/places.ts'
import { smmuV3 } from '../../machine/iommu/smmu-v3.ts'
import { contextsOf } from '../../machine/queries/reach.ts'
import type { SimulationRule } from '../rule.ts'
import page from './unlisted-streams.md'

/** Once for each unit: which of its streams no cell lists and the table lets through. */
export const unlistedStreams: SimulationRule = {
  kind: 'simulation',
  code: 'JH319',
  id: 'unlisted-streams',
  title: 'Unlisted streams bypass the SMMUv3',
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
          headline: 'unlisted streams bypass this SMMUv3',
          notes: [
            `streams ${streams.join(', ')} except those listed can access all memory, including that of the hypervisor`,
          ],
          help: 'list the streams of all DMA devices in stream_ids of the root cell',
          key: `${unit.index}`,
        }
    }
  },
}

/** `0xf000 to 0xf0ff` of what the unit says of them. */
const ranges = (device: string): string => /0x\w+ to 0x\w+/.exec(device)?.[0] ?? 'of any number'
