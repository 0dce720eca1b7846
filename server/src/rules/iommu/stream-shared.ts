import { MEM_DMA } from '../../config/constants.ts'
import { cellName } from '../../config/element-name.ts'
import type { CellConfig, StreamId } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { hasAny } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeElement } from '../../edit/elements.ts'
import { hasUnitOf } from '../../machine/iommu/drivers.ts'
import { smmuV3 } from '../../machine/iommu/smmu-v3.ts'
import { MAX_VIRTID } from '../../machine/iommu/ti-pvu.ts'
import { hex } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import { hasPvu } from './pvu.ts'
import page from './stream-shared.md'

export const streamShared: ScenarioRule = {
  kind: 'scenario',
  code: 'JH315',
  id: 'stream-shared',
  title: 'Stream ID assigned to two cells',
  severity: 'error',
  constraints: ['pvu-virtid-shared', 'stream-id-shared-cells', 'pvu-cell-init-leak'],
  page,
  *check(scenario) {
    const { root, cells } = scenario
    for (const [i, cell] of cells.entries())
      for (const stream of cell.stream_ids)
        for (const other of [root.root_cell, ...cells.slice(0, i)]) {
          const twin = other.stream_ids.find(({ id }) => id === stream.id)
          const harm = twin && harmOf(scenario, stream, other)
          if (twin && harm) yield sharedFault(stream, other, twin, harm)
        }
  },
}

/** Both SMMUs move a stream from the root to an inmate, an SMMUv2 also back: listing it in both is correct there. */
function harmOf({ root }: Scenario, { id }: StreamId, other: CellConfig): string | undefined {
  if (hasPvu(root) && id <= MAX_VIRTID)
    return other.mem_regions.some(region => hasAny(region, MEM_DMA))
      ? 'its TLB is in use: create fails with -EINVAL, without a message'
      : 'nothing is programmed for it yet, so this cell takes it over without a message'
  if (other.isRoot || !hasUnitOf(root, smmuV3)) return undefined
  return 'the cell created last takes it over without a message; after its destroy the stream bypasses the SMMU'
}

const sharedFault = (stream: StreamId, other: CellConfig, twin: StreamId, harm: string): RawFinding => {
  const array = arrayOf(other, 'stream_ids')
  return {
    span: at(stream),
    headline: `stream ${hex(stream.id)} is also assigned to ${cellName(other)}`,
    notes: [harm],
    help: 'list the stream in one cell only',
    related: [{ span: at(twin), text: `${cellName(other)} lists it here` }],
    key: `${other.name} ${hex(stream.id)}`,
    ...fixes(
      fixOf(
        `Remove stream ${hex(stream.id)} from ${cellName(other)}`,
        array && removeElement(other, array, twin.index),
        false,
      ),
    ),
  }
}
