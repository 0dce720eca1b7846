import { at } from '../../config/places.ts'
import type { CellRule } from '../rule.ts'
import page from './no-regions.md'

/** The driver copies the regions into memory it allocates; for none of them `vmalloc(0)` answers NULL. */
export const noRegions: CellRule = {
  kind: 'cell',
  code: 'JH201',
  id: 'no-regions',
  title: 'Cell without memory regions',
  severity: 'error',
  constraints: ['mem-none'],
  page,
  *check(cell) {
    if (cell.counts.num_memory_regions === 0 && !cell.arrays.some(({ name }) => name === 'mem_regions'))
      yield {
        span: at(cell, 'num_memory_regions'),
        headline: 'the cell has no memory regions',
        notes: ['the driver refuses the cell with -ENOMEM, "Cannot allocate memory"'],
      }
  },
}
