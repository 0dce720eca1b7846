import { MEM_DMA } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { CellConfig } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny, isSubPage } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import type { RawFinding, SimulationRule } from '../rule.ts'
import page from './inmate-ram-without-dma.md'
import { hasPvu, isOwnRam, pvuStreams } from './pvu.ts'

/** `pvu_iommu_config_commit` programs nothing for a cell without a region for DMA: its streams stay off. */
export const inmateRamWithoutDma: SimulationRule = {
  kind: 'simulation',
  code: 'JH302',
  id: 'ram-without-dma',
  title: 'RAM not mapped for the devices of a cell',
  severity: 'warning',
  constraints: ['pvu-no-dma-regions'],
  rests: ['flags'],
  complete: ['mem_regions'],
  page,
  *check({ scenario: { root, cells } }) {
    if (!hasPvu(root)) return
    for (const cell of [root.root_cell, ...cells])
      if (pvuStreams(cell).length && !cell.mem_regions.some(region => hasAny(region, MEM_DMA) && !isSubPage(region)))
        yield* withoutDma(cell)
  },
}

/** The fix is offered for the largest region of RAM. */
function* withoutDma(cell: CellConfig): Iterable<RawFinding> {
  const [region] = cell.mem_regions.filter(isOwnRam).toSorted((a, b) => (a.size < b.size ? 1 : -1))
  const [first] = pvuStreams(cell)
  if (!region || !first) return
  const ids = pvuStreams(cell).map(({ id }) => id)
  yield {
    span: at(region, 'flags'),
    headline: `${regionName(region)} is not mapped for the devices of this cell`,
    notes: [
      `no region has JAILHOUSE_MEM_DMA: every access through PVU stream${ids.length === 1 ? '' : 's'} ${ids.join(', ')} faults`,
    ],
    related: [{ span: at(first), text: 'the streams of this cell' }],
    key: keyOf(region),
    ...fixes(fixOf('Add JAILHOUSE_MEM_DMA', addFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'), !cell.isRoot)),
  }
}
