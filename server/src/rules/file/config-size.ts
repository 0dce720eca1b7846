import { at } from '../../config/places.ts'
import { KiB } from '../../config/ranges.ts'
import { humanSize } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './config-size.md'

/** `NUM_TEMPORARY_PAGES` of 4 KiB; the page offset may cost one more. */
const MAX_SIZE = 64n * KiB

export const configSize: CellRule = {
  kind: 'cell',
  code: 'JH140',
  id: 'config-size',
  title: 'Configuration too large',
  severity: 'error',
  constraints: ['config-too-big'],
  page,
  *check(cell) {
    if (cell.isRoot) return
    const arrays = cell.arrays.map(
      ({ entry, counted, elementSize }) => counted * (entry.unit === 'byte' ? 1 : elementSize),
    )
    const size = BigInt(arrays.reduce((sum, bytes) => sum + bytes, cell.source?.type.size ?? 0))
    if (size <= MAX_SIZE) return
    const [largest] = cell.arrays.toSorted((a, b) => b.counted * b.elementSize - a.counted * a.elementSize)
    yield {
      span: at(cell, largest?.entry.count ?? 'num_memory_regions'),
      headline: `configuration of ${humanSize(size)} exceeds the limit of ${humanSize(MAX_SIZE)}`,
      notes: ['cell_create fails with -E2BIG, "Argument list too long"'],
    }
  },
}
