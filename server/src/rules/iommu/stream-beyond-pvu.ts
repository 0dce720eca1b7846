import { at } from '../../config/places.ts'
import { driverOf, hasOnlyUnitsOf } from '../../machine/iommu/drivers.ts'
import { MAX_VIRTID, tiPvu } from '../../machine/iommu/ti-pvu.ts'
import { hex } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import { oddStreams } from './odd-streams.ts'
import page from './stream-beyond-pvu.md'

export const streamBeyondPvu: ScenarioRule = {
  kind: 'scenario',
  code: 'JH314',
  id: 'stream-beyond-pvu',
  title: 'Stream ID out of range for the PVU',
  severity: 'warning',
  constraints: ['pvu-virtid-ignored'],
  page,
  *check({ root, cells }) {
    if (!hasOnlyUnitsOf(root, tiPvu)) return
    const note = `a PVU supports streams 0-${MAX_VIRTID}, and its driver skips all others`
    const odd = oddStreams(
      root,
      unit => driverOf(unit) === tiPvu,
      ({ id }) => MAX_VIRTID < id,
      note,
    )
    if (odd) {
      yield odd
      return
    }
    for (const cell of [root.root_cell, ...cells])
      for (const stream of cell.stream_ids.filter(({ id }) => MAX_VIRTID < id))
        yield {
          span: at(stream),
          headline: `stream ${hex(stream.id)} is out of range: a PVU supports 0-${MAX_VIRTID}`,
          notes: ['the driver skips it without a message, and the root cell has no other IOMMU'],
          help: 'use the virtual ID that the device is assigned by the firmware',
          key: `${cell.name} ${hex(stream.id)}`,
        }
  },
}
