import type { CacheRegion } from '../../config/model.ts'
import { overlap, rangeOf } from '../../config/ranges.ts'
import { neighbours } from '../pairs.ts'
import { at } from '../places.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './cache-masks.md'

const ROOTSHARED = 1

const bitsOf = ({ start, size }: CacheRegion) => rangeOf(BigInt(start), BigInt(size))
const text = ({ start, size }: CacheRegion): string => `bits [${start}, ${start + size})`

export const cacheMasks: ScenarioRule = {
  kind: 'scenario',
  code: 'JH762',
  id: 'cache-masks',
  title: 'Cells divide the cache with the root and with each other',
  severity: 'error',
  constraints: ['cache-root-empty', 'cache-root-split', 'cache-overlap'],
  page,
  *check(scenario) {
    const [own] = scenario.root.root_cell.cache_regions
    for (const cell of scenario.cells)
      for (const region of cell.cache_regions)
        if (own && !(region.flags & ROOTSHARED)) yield* ofRoot(own, region, cell.name)
    for (const { first, second } of neighbours(scenario))
      for (const region of second.cache_regions)
        for (const twin of first.cache_regions)
          if (overlap(bitsOf(region), bitsOf(twin)))
            yield {
              span: at(region, 'start'),
              severity: 'hint',
              headline: `${text(region)} of the cache mask overlap ${text(twin)} of "${first.name}": both cells evict each other's lines; give each its own`,
              related: [{ span: at(twin, 'start'), text: `"${first.name}" has ${text(twin)}` }],
              key: first.name,
            }
  },
}

/** `shrink_root_cell_mask` */
function* ofRoot(own: CacheRegion, region: CacheRegion, name: string): Iterable<RawFinding> {
  const [start, end] = [region.start, region.start + region.size]
  const [low, high] = [own.start, own.start + own.size]
  const place = { span: at(region, 'start'), related: [{ span: at(own, 'start'), text: `the root has ${text(own)}` }] }
  if (start <= low && high <= end)
    yield {
      ...place,
      headline: `${text(region)} take all of the root's cache mask: creating "${name}" answers EINVAL; leave the root some, or share with JAILHOUSE_CACHE_ROOTSHARED`,
    }
  else if (low < start && end < high)
    yield {
      ...place,
      severity: 'hint',
      headline: `${text(region)} lie in the middle of the root's cache mask: it must stay in one piece, so the root loses bits [${low}, ${start}) too; begin at ${low}`,
    }
}
