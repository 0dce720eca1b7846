import { IOMMU_SMMUV3, MEM_DMA } from '../../config/constants.ts'
import type { CellConfig, StreamId } from '../../config/model.ts'
import { hasAny } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeElement } from '../../edit/elements.ts'
import { iommuUnits } from '../../machine/iommu/iommu-units.ts'
import { MAX_VIRTID } from '../../machine/iommu/ti-pvu.ts'
import { at, hex } from '../places.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import { hasPvu } from './pvu.ts'
import page from './stream-shared.md'

export const streamShared: ScenarioRule = {
  kind: 'scenario',
  code: 'JH315',
  id: 'stream-shared',
  title: 'A stream belongs to one cell',
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
          if (twin && harm) yield sharedFault(cell, stream, other, twin, harm)
        }
  },
}

/** An SMMUv2 hands a stream over from the root and back; there, and on an SMMUv3, taking it from the root is the way. */
function harmOf({ root }: Scenario, { id }: StreamId, other: CellConfig): string | undefined {
  if (hasPvu(root) && id <= MAX_VIRTID)
    return other.mem_regions.some(region => hasAny(region, MEM_DMA))
      ? 'its TLB is in use, so creating the cell answers EINVAL without a message'
      : 'the cell takes it silently, as nothing is programmed for it yet'
  if (other.isRoot || !iommuUnits(root).some(({ type }) => type === IOMMU_SMMUV3)) return undefined
  return 'the cell created last takes it silently, and when it is destroyed the stream bypasses the SMMU'
}

const sharedFault = (
  cell: CellConfig,
  stream: StreamId,
  other: CellConfig,
  twin: StreamId,
  harm: string,
): RawFinding => {
  const array = arrayOf(other, 'stream_ids')
  return {
    span: at(stream),
    headline: `stream ${hex(stream.id)} of "${cell.name}" belongs to "${other.name}" too: ${harm}; list it in one of them`,
    related: [{ span: at(twin), text: `"${other.name}" lists it here` }],
    key: `${other.name} ${hex(stream.id)}`,
    ...fixes(
      fixOf(
        `Remove stream ${hex(stream.id)} from "${other.name}"`,
        array && removeElement(other, array, twin.index),
        false,
      ),
    ),
  }
}
