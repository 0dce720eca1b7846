import type { StreamId } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isPartlyWritten } from '../../config/written.ts'
import { driverOf, driversOf } from '../../machine/iommu/drivers.ts'
import { hex } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import { oddStreams } from './odd-streams.ts'
import page from './stream-spelling.md'

/** An SMMUv2 matches 15 bits; `SMR_GET_ID` and `SMR_GET_MASK` drop the others. */
const DROPPED = 0x80008000

export const streamSpelling: ScenarioRule = {
  kind: 'scenario',
  code: 'JH336',
  id: 'stream-spelling',
  title: 'Stream ID format not supported by the IOMMU',
  severity: 'warning',
  constraints: ['stream-id-format', 'smmuv2-id-15bit'],
  page,
  *check({ root, cells }) {
    const kinds = new Set(driversOf(root).map(({ streamIds }) => streamIds))
    const isDropped = ({ id }: StreamId) => kinds.has('masked') && beyondMatch({ id, index: 0 }) !== undefined
    const odd = oddStreams(root, unit => driverOf(unit)?.streamIds === 'masked', isDropped, DROPS)
    if (odd) yield odd
    for (const cell of odd ? [] : [root.root_cell, ...cells])
      for (const stream of cell.stream_ids) {
        const texts = kinds.has('masked')
          ? beyondMatch(stream)
          : kinds.has('number') || kinds.has('virtual')
            ? withMask(stream)
            : undefined
        if (texts) yield { span: at(stream), ...texts, key: `${cell.name} ${hex(stream.id)}` }
      }
  },
}

const DROPS = 'an SMMUv2 matches 15 bits of id and mask: another stream is matched'

type Texts = Pick<RawFinding, 'headline' | 'notes' | 'help'>

const beyondMatch = ({ id }: StreamId): Texts | undefined =>
  id & DROPPED
    ? {
        headline: `bit ${id & 0x8000 ? 15 : 31} of stream ID ${hex(id)} is ignored`,
        notes: [DROPS],
      }
    : undefined

const withMask = (stream: StreamId): Texts | undefined =>
  stream.id >>> 16 && isPartlyWritten(stream, 'mmu500')
    ? {
        headline: `the stream mask is read as part of stream ID ${hex(stream.id)}`,
        notes: ['only an MMU-500 supports masks'],
        help: 'set .id, with one entry for each stream',
      }
    : undefined
