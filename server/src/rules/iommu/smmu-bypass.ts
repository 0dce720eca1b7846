import { at } from '../../config/places.ts'
import { smmuV3 } from '../../machine/iommu/smmu-v3.ts'
import { contextsOf } from '../../machine/queries/reach.ts'
import { hex } from '../../text/words.ts'
import type { SimulationRule } from '../rule.ts'
import { isOfPvu } from './pvu.ts'
import page from './smmu-bypass.md'

export const smmuBypass: SimulationRule = {
  kind: 'simulation',
  code: 'JH317',
  id: 'smmu-bypass',
  title: 'Stream bypasses the SMMUv3 after destroy',
  severity: 'information',
  constraints: ['smmuv3-exit-bypass'],
  page,
  *check({ scenario, stages }) {
    const { root_cell } = scenario.root
    const gone = stages.findLast(({ command }) => command.verb === 'destroy')
    if (gone?.outcome.kind !== 'done') return
    for (const { driver, streamId, translation, owners } of contextsOf(gone.state, scenario)) {
      if (driver !== smmuV3.name || translation.kind !== 'bypass' || streamId === undefined) continue
      if (isOfPvu(scenario.root, streamId)) continue
      const root = owners.includes(root_cell) && root_cell.stream_ids.find(({ id }) => id === streamId)
      for (const cell of owners.filter(({ isRoot }) => !isRoot)) {
        const stream = cell.stream_ids.find(({ id }) => id === streamId)
        if (stream)
          yield {
            span: at(stream),
            severity: root ? 'warning' : 'information',
            headline: `stream ${hex(streamId)} bypasses the SMMUv3 after destroy`,
            notes: [
              'the device can access all memory, including that of the hypervisor',
              ...(root ? ['the root cell lists the stream too, but its translation is not restored'] : []),
            ],
            help: root ? 'list the stream in one cell only' : 'stop the device before destroying the cell',
            related: root ? [{ span: at(root), text: 'the root cell lists it too' }] : [],
            key: `${cell.name} ${hex(streamId)}`,
          }
      }
    }
  },
}
