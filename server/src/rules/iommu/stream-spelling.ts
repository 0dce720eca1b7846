import { IOMMU_ARM_MMU500, IOMMU_PVU, IOMMU_SMMUV3 } from '../../config/constants.ts'
import type { CellConfig, StreamId } from '../../config/model.ts'
import { isPartlyWritten } from '../../config/written.ts'
import { iommuUnits } from '../../machine/iommu/iommu-units.ts'
import { at, hex } from '../places.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './stream-spelling.md'

/** An SMMUv2 matches 15 bits; `SMR_GET_ID` and `SMR_GET_MASK` drop the others. */
const DROPPED = 0x80008000

export const streamSpelling: ScenarioRule = {
  kind: 'scenario',
  code: 'JH336',
  id: 'stream-spelling',
  title: 'Stream IDs are written as their IOMMU reads them',
  severity: 'warning',
  constraints: ['stream-id-format', 'smmuv2-id-15bit'],
  page,
  *check({ root, cells }) {
    const types = new Set(iommuUnits(root).map(({ type }) => type))
    for (const cell of [root.root_cell, ...cells])
      for (const stream of cell.stream_ids) {
        const message = types.has(IOMMU_ARM_MMU500)
          ? beyondMatch(stream)
          : types.has(IOMMU_SMMUV3) || types.has(IOMMU_PVU)
            ? withMask(stream)
            : undefined
        if (message) yield fault(cell, stream, message)
      }
  },
}

const beyondMatch = ({ id }: StreamId): string | undefined =>
  id & DROPPED
    ? `an SMMUv2 matches 15 bits of id and mask, and ${hex(id)} has bit ${id & 0x8000 ? 15 : 31}: it is dropped, and another stream is matched`
    : undefined

const withMask = (stream: StreamId): string | undefined =>
  stream.id >>> 16 && isPartlyWritten(stream, 'mmu500')
    ? `only an MMU-500 knows masks: its IOMMU reads the whole word as stream ${hex(stream.id)}; write .id, and one entry for each stream`
    : undefined

const fault = (cell: CellConfig, stream: StreamId, message: string): RawFinding => ({
  span: at(stream),
  headline: message,
  key: `${cell.name} ${hex(stream.id)}`,
})
