import { MEM_DMA } from '../../config/constants.ts'
import { atFlag } from '../../config/places.ts'
import { has } from '../../config/ranges.ts'
import { hasOnlyUnitsOf } from '../../machine/iommu/drivers.ts'
import { tiPvu } from '../../machine/iommu/ti-pvu.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './dma-without-stream.md'
import { pvuStreams } from './pvu.ts'

/** `pvu_iommu_map_memory` keeps a list for each cell, `pvu_iommu_config_commit` programs it for the cell's streams. */
export const dmaWithoutStream: ScenarioRule = {
  kind: 'scenario',
  code: 'JH321',
  id: 'dma-without-stream',
  title: 'DMA region without stream IDs',
  severity: 'hint',
  constraints: ['pvu-dma-no-streamid'],
  rests: ['flags'],
  complete: ['stream_ids'],
  page,
  *check({ root, cells }) {
    if (!hasOnlyUnitsOf(root, tiPvu)) return
    for (const cell of [root.root_cell, ...cells]) {
      const region = cell.mem_regions.find(region => has(region, MEM_DMA))
      if (region && pvuStreams(cell).length === 0)
        yield {
          span: atFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'),
          headline: 'JAILHOUSE_MEM_DMA has no effect without stream_ids',
          notes: ['PVU entries are computed and count against the limit, but are programmed for no device'],
          help: 'list the streams of the cell, or remove the flag',
          key: cell.name,
        }
    }
  },
}
