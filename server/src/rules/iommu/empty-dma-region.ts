import { regionName } from '../../config/element-name.ts'
import { atFlag, keyOf } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeFlag } from '../../edit/flags.ts'
import type { SimulationRule } from '../rule.ts'
import page from './empty-dma-region.md'
import { failuresOf, verbOf } from './pvu.ts'

/** `(0 + 0 - 1) / num_entries` is unsigned. */
export const emptyDmaRegion: SimulationRule = {
  kind: 'simulation',
  code: 'JH312',
  id: 'empty-dma-region',
  title: 'Zero-sized first DMA region',
  severity: 'error',
  constraints: ['pvu-zero-size-first-dma'],
  rests: ['extent'],
  page,
  *check(machine) {
    for (const { stage, outcome } of failuresOf(machine)) {
      const { region } = outcome
      if (outcome.by !== 'pvu_iommu_map_memory' || region?.size !== 0n) continue
      yield {
        span: atFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'),
        headline: `zero-sized ${regionName(region)} is the first JAILHOUSE_MEM_DMA region`,
        notes: [
          `the TLB entry count underflows and ${verbOf(stage)} fails with -EINVAL`,
          'the console prints "Mapping this memory needs more TLBs than that are available"',
        ],
        key: keyOf(region),
        ...fixes(fixOf('Remove JAILHOUSE_MEM_DMA', removeFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'))),
      }
    }
  },
}
