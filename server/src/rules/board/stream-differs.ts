import type { CellConfig } from '../../config/model.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import type { Device } from '../../platform/model.ts'
import { hex, listed } from '../../text/words.ts'
import type { BoardRule, BoardSubject } from '../rule.ts'
import { addStreams } from './give-device.ts'
import { givenDevices } from './given-devices.ts'
import page from './stream-differs.md'
import { isLive } from './subject.ts'
import { atArray, basis } from './words.ts'

export const streamDiffers: BoardRule = {
  kind: 'board',
  code: 'JH943',
  id: 'stream-differs',
  title: 'Stream IDs different from those of the device',
  severity: 'warning',
  constraints: [],
  needs: ['jailhouse_cell_desc.num_stream_ids'],
  page,
  *check(subject) {
    const { root, cells } = subject.scenario
    const units = root.platform_info.iommu_units.filter(({ base }) => base !== 0n)
    for (const cell of cells)
      for (const { device } of givenDevices(cell, subject)) {
        const behind = device.streams.filter(({ iommu }) =>
          subject.platform.iommus.some(
            ({ name, base }) => iommu.endsWith(`/${name}`) && units.some(unit => unit.base === base),
          ),
        )
        const missing = behind.filter(stream => !lists(cell, stream, subject))
        const kept = behind.filter(stream => lists(root.root_cell, stream, subject))
        if (missing.length === 0 && kept.length === 0) continue
        const ids = listed((missing.length > 0 ? missing : kept).map(({ id }) => hex(id)))
        yield {
          span: atArray(missing.length > 0 ? cell : root.root_cell, 'stream_ids'),
          severity: isLive(device) ? 'warning' : 'information',
          headline:
            missing.length > 0
              ? `"${cell.name}" has ${device.name}, but not its stream ${ids}`
              : `the root lists stream ${ids} of ${device.name}, which "${cell.name}" has`,
          notes: ['DMA of the device is translated for the cell that lists its stream', basis(device)],
          key: `${cell.name} ${device.path}`,
          ...fixes(
            missing.length > 0
              ? fixOf(
                  `Add ${missing.length === 1 ? 'stream' : 'streams'} ${ids}`,
                  addStreams(
                    cell,
                    missing.map(({ id }) => id),
                  ),
                  false,
                )
              : undefined,
          ),
        }
      }
  },
}

/** An SMMU v2 compares the bits of the low half that the high half, `mask_out`, does not leave out. */
function lists(
  { stream_ids }: CellConfig,
  { id, iommu }: Device['streams'][number],
  { platform }: BoardSubject,
): boolean {
  const unit = platform.iommus.find(({ name }) => iommu.endsWith(`/${name}`))
  return stream_ids.some(stream => {
    const left = unit?.kind === 'smmu-v2' ? stream.id >>> 16 : 0
    return ((stream.id ^ id) & 0xffff & ~left) === 0
  })
}
