import { at } from '../../config/places.ts'
import { hasUnitOf } from '../../machine/iommu/drivers.ts'
import { smmuV3 } from '../../machine/iommu/smmu-v3.ts'
import { hex } from '../../text/words.ts'
import type { SimulationRule } from '../rule.ts'
import page from './stream-beyond-smmu.md'

/** `arm_smmuv3_cell_init` finds the entry of a stream by its number, which nothing compares with the table's size. */
export const streamBeyondSmmu: SimulationRule = {
  kind: 'simulation',
  code: 'JH339',
  id: 'stream-beyond-smmu',
  title: 'Stream ID out of range for the SMMUv3',
  severity: 'error',
  constraints: ['smmuv3-sid-range'],
  page,
  *check({ scenario: { root, cells }, hardware }) {
    if (!hasUnitOf(root, smmuV3)) return
    const limit = 2 ** hardware.smmuV3.sidBits
    for (const cell of [root.root_cell, ...cells])
      for (const stream of cell.stream_ids.filter(({ id }) => limit <= id))
        yield {
          span: at(stream),
          headline: `stream ${hex(stream.id)} is beyond the stream table of the SMMUv3`,
          notes: [
            `the table has ${hex(limit)} entries, for stream IDs of ${hardware.smmuV3.sidBits} bits`,
            'nothing compares them: the entry is written into other memory of the hypervisor',
          ],
          help: 'use the ID from the iommus or iommu-map property of the device tree',
          key: `${cell.name} ${hex(stream.id)}`,
        }
  },
}
