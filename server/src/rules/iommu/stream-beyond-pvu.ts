import { IOMMU_PVU } from '../../config/constants.ts'
import { iommuUnits } from '../../machine/iommu/iommu-units.ts'
import { MAX_VIRTID } from '../../machine/iommu/ti-pvu.ts'
import { at, hex } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './stream-beyond-pvu.md'

export const streamBeyondPvu: ScenarioRule = {
  kind: 'scenario',
  code: 'JH314',
  id: 'stream-beyond-pvu',
  title: 'A PVU knows the streams 0 to 7',
  severity: 'warning',
  constraints: ['pvu-virtid-ignored'],
  page,
  *check({ root, cells }) {
    const units = iommuUnits(root)
    if (units.length === 0 || units.some(({ type }) => type !== IOMMU_PVU)) return
    for (const cell of [root.root_cell, ...cells])
      for (const stream of cell.stream_ids.filter(({ id }) => MAX_VIRTID < id))
        yield {
          span: at(stream),
          headline: `stream ${hex(stream.id)} of "${cell.name}" is skipped without a word: a PVU knows 0 to ${MAX_VIRTID}, and "${root.root_cell.name}" has no other IOMMU; use the virtual ID the device's firmware is given`,
          key: `${cell.name} ${hex(stream.id)}`,
        }
  },
}
