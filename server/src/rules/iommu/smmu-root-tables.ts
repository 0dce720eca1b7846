import { smmuV3 } from '../../machine/iommu/smmu-v3.ts'
import { contextsOf } from '../../machine/queries/reach.ts'
import { at, hex } from '../places.ts'
import type { SimulationRule } from '../rule.ts'
import { isOfPvu } from './pvu.ts'
import page from './smmu-root-tables.md'

/** `arm_smmu_write_strtab_ent` takes the tables of `this_cell()`, and that is the root while a cell is created. */
export const smmuRootTables: SimulationRule = {
  kind: 'simulation',
  code: 'JH316',
  id: 'smmu-root-tables',
  title: 'A stream of an inmate walks the page tables of the root',
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
            headline: `stream ${hex(stream.id)} of "${cell.name}" walks the page tables of "${scenario.root.root_cell.name}" behind the SMMUv3, not those of its cell: its device reaches the root's memory; share its buffers with JAILHOUSE_MEM_ROOTSHARED at phys_start = virt_start`,
            key: `${cell.name} ${hex(stream.id)}`,
          }
      }
    }
  },
}
