import type { CacheRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { overlap, rangeOf } from '../../config/ranges.ts'
import { neighbours } from '../../config/scenario.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './cache-masks.md'

const ROOTSHARED = 1

const bitsOf = ({ start, size }: CacheRegion) => rangeOf(BigInt(start), BigInt(size))
const text = ({ start, size }: CacheRegion): string => `cache bits [${start}, ${start + size})`

export const cacheMasks: ScenarioRule = {
  kind: 'scenario',
  code: 'JH762',
  id: 'cache-masks',
  title: 'Conflicting L3 cache masks',
  severity: 'error',
  constraints: ['cache-root-empty', 'cache-root-split', 'cache-overlap'],
  page,
  *check(scenario) {
    const [own] = scenario.root.root_cell.cache_regions
    for (const cell of scenario.cells)
      for (const region of cell.cache_regions) if (own && !(region.flags & ROOTSHARED)) yield* ofRoot(own, region)
    for (const { first, second } of neighbours(scenario))
      for (const region of second.cache_regions)
        for (const twin of first.cache_regions)
          if (overlap(bitsOf(region), bitsOf(twin)))
            yield {
              span: at(region, 'start'),
              severity: 'hint',
              headline: `${text(region)} overlap those of "${first.name}"`,
              notes: [`the two cells evict each other's cache lines`],
              help: 'assign separate bits to each cell',
              related: [{ span: at(twin, 'start'), text: `"${first.name}" has ${text(twin)}` }],
              key: first.name,
            }
  },
}

/** `shrink_root_cell_mask` */
function* ofRoot(own: CacheRegion, region: CacheRegion): Iterable<RawFinding> {
  const [start, end] = [region.start, region.start + region.size]
  const [low, high] = [own.start, own.start + own.size]
  const place = {
    span: at(region, 'start'),
    related: [{ span: at(own, 'start'), text: `the root cell has ${text(own)}` }],
  }
  if (start <= low && high <= end)
    yield {
      ...place,
      headline: `${text(region)} leave none to the root cell`,
      notes: ['create fails with -EINVAL in shrink_root_cell_mask'],
      help: 'leave some bits to the root cell, or add JAILHOUSE_CACHE_ROOTSHARED',
    }
  else if (low < start && end < high)
    yield {
      ...place,
      severity: 'hint',
      headline: `${text(region)} split the cache mask of the root cell`,
      notes: [`a mask is contiguous, so bits [${low}, ${start}) are also removed from the root cell`],
      help: `start at bit ${low}`,
    }
}
