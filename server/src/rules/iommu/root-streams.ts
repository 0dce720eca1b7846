import { at } from '../../config/places.ts'
import { arrayOf } from '../../config/written.ts'
import { driverOf } from '../../machine/iommu/drivers.ts'
import type { SystemRule } from '../rule.ts'
import page from './root-streams.md'

export const rootStreams: SystemRule = {
  kind: 'system',
  code: 'JH334',
  id: 'root-streams',
  title: 'Root cell without stream IDs for its SMMU',
  severity: 'warning',
  constraints: ['smmuv3-root-sids-needed', 'smmuv2-root-must-list-all', 'rev-stream-ids-11'],
  complete: ['stream_ids'],
  page,
  *check({ platform_info, root_cell, architecture }) {
    const unit = platform_info.iommu_units.find(
      unit => unit.base !== 0n && /^(number|masked)$/.test(driverOf(unit)?.streamIds ?? ''),
    )
    if (architecture !== 'arm64' || !unit || root_cell.stream_ids.length > 0) return
    // Streams that no count covers are charged there.
    if (arrayOf(root_cell, 'stream_ids')) return
    yield {
      span: at(unit, 'type'),
      headline: 'the root cell lists no stream_ids for this SMMU',
      notes: [
        driverOf(unit)?.streamIds === 'masked'
          ? 'after enable, every access of a device behind it faults: disk and network stop'
          : 'devices behind it are cut off from memory or bypass the SMMU, depending on its stream table',
      ],
      help: 'list the streams of the devices in stream_ids of the root cell',
      related: [{ span: at(root_cell), text: 'the root cell' }],
      key: `unit ${unit.index}`,
    }
  },
}
