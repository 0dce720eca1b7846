import { IOMMU_ARM_MMU500, IOMMU_SMMUV3 } from '../../config/constants.ts'
import { at } from '../places.ts'
import type { SystemRule } from '../rule.ts'
import page from './root-streams.md'

export const rootStreams: SystemRule = {
  kind: 'system',
  code: 'JH334',
  id: 'root-streams',
  title: 'The root of a system with an SMMU lists the streams of its devices',
  severity: 'warning',
  constraints: ['smmuv3-root-sids-needed', 'smmuv2-root-must-list-all', 'rev-stream-ids-11'],
  complete: ['stream_ids'],
  page,
  *check({ platform_info, root_cell, architecture }) {
    const unit = platform_info.iommu_units.find(
      ({ type, base }) => base !== 0n && (type === IOMMU_SMMUV3 || type === IOMMU_ARM_MMU500),
    )
    if (architecture !== 'arm64' || !unit || root_cell.stream_ids.length > 0) return
    yield {
      span: at(unit, 'type'),
      headline:
        unit.type === IOMMU_ARM_MMU500
          ? `the root lists no stream_ids, so every access of a device behind this SMMU faults from "enable" on: disk and network stop; list the streams of its devices`
          : `the root lists no stream_ids: devices behind this SMMU are cut off from memory or pass it unchecked, as its stream table is laid out; list the streams of its devices`,
      related: [{ span: at(root_cell), text: 'the root cell' }],
      key: `unit ${unit.index}`,
    }
  },
}
