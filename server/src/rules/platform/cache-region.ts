import { CACHE_L3 } from '../../config/constants.ts'
import { fixes, fixOf } from '../fixes/change.ts'
import { setField } from '../fixes/fields.ts'
import { arrayOf, at, atElement } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './cache-region.md'

/** `cat_cell_init` knows one region of the whole L3 cache. */
export const cacheRegion: CellRule = {
  kind: 'cell',
  code: 'JH720',
  id: 'cache-region',
  title: 'A cell has at most one region of L3 cache',
  severity: 'error',
  constraints: ['cache-count', 'cache-type', 'cache-range', 'cache-not-intel'],
  page,
  *check(cell) {
    const [first] = cell.cache_regions
    const array = arrayOf(cell, 'cache_regions')
    if (!first) return
    if (cell.architecture && cell.architecture !== 'x86')
      yield {
        span: at(first),
        severity: 'hint',
        headline: `cache regions have no effect on ${cell.architecture}: only Intel's cache allocation is supported`,
        key: 'architecture',
      }
    else if (cell.cache_regions.length > 1 && array)
      yield {
        span: atElement(array, 1),
        headline: `a cell has at most one cache region, not ${cell.cache_regions.length}: refused with EINVAL`,
        key: 'count',
      }
    if (first.type !== CACHE_L3)
      yield {
        span: at(first, 'type'),
        headline: `cache type ${first.type} is refused with EINVAL: code and data cannot be told apart; use JAILHOUSE_CACHE_L3`,
        key: 'type',
        ...fixes(fixOf('Use JAILHOUSE_CACHE_L3', setField(first, 'type', 'JAILHOUSE_CACHE_L3'))),
      }
    if (first.size === 0 || first.start + first.size > 32)
      yield {
        span: at(first, 'size'),
        headline: `ways [${first.start}, ${first.start + first.size}) of the cache do not exist: refused with EINVAL`,
        key: 'range',
      }
  },
}
