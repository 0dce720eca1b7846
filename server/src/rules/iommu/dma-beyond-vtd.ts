import { MEM_DMA } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { has, virt } from '../../config/ranges.ts'
import { hasUnitOf } from '../../machine/iommu/drivers.ts'
import { vtD } from '../../machine/iommu/vt-d.ts'
import { hex, interval } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './dma-beyond-vtd.md'

/** Three levels of page tables, which the driver uses wherever a unit offers them. */
const REACH = 1n << 39n

export const dmaBeyondVtd: ScenarioRule = {
  kind: 'scenario',
  code: 'JH338',
  id: 'dma-beyond-vtd',
  title: 'DMA region beyond the 39 bits of VT-d',
  severity: 'warning',
  constraints: ['vtd-addr-width'],
  page,
  *check({ root, cells }) {
    if (!hasUnitOf(root, vtD)) return
    for (const cell of [root.root_cell, ...cells])
      for (const region of cell.mem_regions)
        if (has(region, MEM_DMA) && region.size > 0n && REACH < virt(region).end)
          yield {
            span: at(region, 'virt_start'),
            headline: `${regionName(region)} extends beyond the 39 bits of VT-d`,
            notes: [
              `${interval(virt(region))} exceeds ${hex(REACH)}: units that offer 39 bits are used with 39`,
              region.virt_start < REACH
                ? 'the rest appears at address 0 of the devices'
                : 'mapping it fails with -E2BIG',
            ],
            help: 'remove JAILHOUSE_MEM_DMA, or map the region lower',
            key: `${cell.name} ${keyOf(region)}`,
          }
  },
}
