import type { CellConfig, StreamId } from '../../config/model.ts'
import { at, atElement } from '../../config/places.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeElement } from '../../edit/elements.ts'
import { primarySpan } from '../../text/origin.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './stream-twice.md'

export const streamTwice: CellRule = {
  kind: 'cell',
  code: 'JH335',
  id: 'stream-twice',
  title: 'Duplicate stream ID',
  severity: 'hint',
  constraints: ['stream-id-dup-in-cell'],
  page,
  *check(cell) {
    for (const [i, stream] of cell.stream_ids.entries()) {
      const first = cell.stream_ids.slice(0, i).find(({ id }) => id === stream.id)
      // Zeros that are not written are reported for the array.
      if (!first || !stream.origin) continue
      yield {
        span: spanOf(cell, stream),
        headline: `stream ${hex(stream.id)} is listed twice`,
        related: [{ span: spanOf(cell, first), text: 'first listed here' }],
        key: hex(stream.id),
        ...fixes(fixOf('Remove the duplicate', removal(cell, stream))),
      }
    }
  },
}

const spanOf = (cell: CellConfig, stream: StreamId) => {
  const array = arrayOf(cell, 'stream_ids')
  return stream.origin ? primarySpan(stream.origin) : array ? atElement(array, stream.index) : at(cell)
}

function removal(cell: CellConfig, stream: StreamId) {
  const array = arrayOf(cell, 'stream_ids')
  return array && removeElement(cell, array, stream.index)
}
