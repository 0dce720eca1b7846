import { at } from '../../config/places.ts'
import { smmuV3 } from '../../machine/iommu/smmu-v3.ts'
import { contextsOf } from '../../machine/queries/reach.ts'
import { hex } from '../../text/words.ts'
import type { SimulationRule } from '../rule.ts'
import { isOfPvu } from './pvu.ts'
import page from './smmu-root-tables.md'

/** `arm_smmu_write_strtab_ent` uses the tables of `this_cell()`, which is the root while a cell is created. */
export const smmuRootTables: SimulationRule = {
  kind: 'simulation',
  code: 'JH316',
  id: 'smmu-root-tables',
  title: "Inmate stream translated by the root's page tables",
  severity: 'information',
  constraints: ['smmuv3-inmate-uses-root-table'],
  page,
  *check({ scenario, stages }) {
    const created = stages.findLast(({ command }) => command.verb === 'create')
    if (created?.outcome.kind !== 'done') return
    for (const { driver, streamId, translation, owners } of contextsOf(created.state, scenario)) {
      if (driver !== smmuV3.name || translation.kind !== 'tables' || !translation.of.isRoot) continue
      if (isOfPvu(scenario.root, streamId)) continue
      for (const cell of owners.filter(({ isRoot }) => !isRoot)) {
        const stream = cell.stream_ids.find(({ id }) => id === streamId)
        if (stream)
          yield {
            span: at(stream),
            headline: `stream ${hex(stream.id)} is translated by the page tables of the root cell`,
            notes: ["the SMMUv3 driver does not use those of this cell: the device can access the root cell's memory"],
            help: 'share the buffers with JAILHOUSE_MEM_ROOTSHARED at phys_start = virt_start',
            key: `${cell.name} ${hex(stream.id)}`,
          }
      }
    }
  },
}
