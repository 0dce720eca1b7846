import { fixes, fixOf } from '../../edit/change.ts'
import { removeFlag } from '../../edit/flags.ts'
import { atFlag, keyOf } from '../places.ts'
import type { SimulationRule } from '../rule.ts'
import page from './empty-dma-region.md'
import { failuresOf } from './pvu.ts'

/** `(0 + 0 - 1) / num_entries` is unsigned. */
export const emptyDmaRegion: SimulationRule = {
  kind: 'simulation',
  code: 'JH312',
  id: 'empty-dma-region',
  title: 'The first region for DMA is not empty',
  severity: 'error',
  constraints: ['pvu-zero-size-first-dma'],
  page,
  *check(machine) {
    for (const { stage, outcome } of failuresOf(machine)) {
      const { region } = outcome
      if (outcome.by !== 'pvu_iommu_map_memory' || region?.size !== 0n) continue
      yield {
        span: atFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'),
        headline: `region ${region.index} is empty and the first with JAILHOUSE_MEM_DMA: the PVU driver reckons with one entry less than none, "Mapping this memory needs more TLBs than that are available", and ${stage.command.verb} answers EINVAL; take the flag off`,
        key: keyOf(region),
        ...fixes(
          fixOf(
            `Remove JAILHOUSE_MEM_DMA from region ${region.index}`,
            removeFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'),
          ),
        ),
      }
    }
  },
}
