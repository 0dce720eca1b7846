import { smmuV3 } from '../../machine/iommu/smmu-v3.ts'
import { contextsOf } from '../../machine/queries/reach.ts'
import { at, hex } from '../places.ts'
import type { SimulationRule } from '../rule.ts'
import { isOfPvu } from './pvu.ts'
import page from './smmu-bypass.md'

export const smmuBypass: SimulationRule = {
  kind: 'simulation',
  code: 'JH317',
  id: 'smmu-bypass',
  title: 'A stream of an SMMUv3 bypasses it when its cell is gone',
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
            headline: `stream ${hex(streamId)} bypasses the SMMUv3 once "${cell.name}" is destroyed: its device reaches all memory, ${root ? `and "${root_cell.name}", which lists it too, does not get its own translation back; list it in one of them` : 'the hypervisor included; stop the device before'}`,
            related: root ? [{ span: at(root), text: `"${root_cell.name}" lists it too` }] : [],
            key: `${cell.name} ${hex(streamId)}`,
          }
      }
    }
  },
}
