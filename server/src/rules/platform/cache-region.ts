import { CACHE_L3 } from '../../config/constants.ts'
import type { CacheRegion } from '../../config/model.ts'
import { at, atElement } from '../../config/places.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import type { CellRule } from '../rule.ts'
import page from './cache-region.md'

const REFUSED = 'cat_cell_init fails with -EINVAL'

const bitsOf = ({ start, size }: CacheRegion): string => `[${start}, ${start + size})`

/** `cat_cell_init` supports one region of the whole L3 cache. */
export const cacheRegion: CellRule = {
  kind: 'cell',
  code: 'JH720',
  id: 'cache-region',
  title: 'Invalid cache region',
  severity: 'error',
  constraints: ['cache-count', 'cache-type', 'cache-range', 'cache-not-intel'],
  page,
  *check(cell) {
    const [first] = cell.cache_regions
    const array = arrayOf(cell, 'cache_regions')
    if (!first) return
    if (cell.architecture && cell.architecture !== 'x86') {
      yield {
        span: at(first),
        severity: 'hint',
        headline: `cache regions have no effect on ${cell.architecture}`,
        notes: ["only Intel's Cache Allocation Technology is supported"],
        key: 'architecture',
      }
      return
    }
    if (cell.cache_regions.length > 1 && array)
      yield {
        span: atElement(array, 1),
        headline: `the cell has ${cell.cache_regions.length} cache regions, but only one is supported`,
        notes: [REFUSED],
        key: 'count',
      }
    if (first.type !== CACHE_L3)
      yield {
        span: at(first, 'type'),
        headline: `cache type ${first.type} is not supported`,
        notes: [`code and data have no separate masks; ${REFUSED}`],
        help: 'use JAILHOUSE_CACHE_L3',
        key: 'type',
        ...fixes(fixOf('Use JAILHOUSE_CACHE_L3', setField(first, 'type', 'JAILHOUSE_CACHE_L3'))),
      }
    if (first.size === 0 || first.start + first.size > 32)
      yield {
        span: at(first, 'size'),
        headline: first.size === 0 ? 'cache region has size 0' : `cache bits ${bitsOf(first)} are out of range`,
        notes: [REFUSED],
        key: 'range',
      }
  },
}
