import { commentOf, rangeInComment } from '../../config/comment-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignUp, phys } from '../../config/ranges.ts'
import { hex, interval } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './comment-range.md'

/** `jailhouse config create` writes the range over each region, and people copy it from /proc/iomem. */
export const commentRange: CellRule = {
  kind: 'cell',
  code: 'JH138',
  id: 'comment-range',
  title: 'Comment contradicts the size of a region',
  severity: 'hint',
  constraints: [],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      const stated = rangeInComment(commentOf(region) ?? '')
      if (
        !stated ||
        stated.start !== region.phys_start ||
        stated.last <= stated.start ||
        isAsStated(region, stated.last)
      )
        continue
      yield {
        span: at(region, 'size'),
        headline: `the comment ends this region at ${hex(stated.last)}, its size at ${hex(phys(region).end)}`,
        notes: [`the region is ${interval(phys(region))}`],
        help: 'correct the size or the comment',
        key: keyOf(region),
      }
    }
  },
}

/** The last address may be included or not, and regions are rounded up to pages. */
function isAsStated(region: MemoryRegion, last: bigint): boolean {
  const { end } = phys(region)
  return [last, last + 1n, alignUp(last + 1n)].includes(end)
}
