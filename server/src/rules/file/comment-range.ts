import { commentOf, rangeInComment } from '../../config/comment-name.ts'
import { shortRegionName } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignUp, KiB, phys } from '../../config/ranges.ts'
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
      const words = commentOf(region) ?? ''
      const stated = isSentence(words) ? undefined : rangeInComment(words)
      if (
        !stated ||
        // A size of 0 is charged itself.
        region.size === 0n ||
        stated.start !== region.phys_start ||
        stated.last <= stated.start ||
        isAsStated(region, stated.last) ||
        isHeading(region, cell.mem_regions, stated.last)
      )
        continue
      yield {
        span: at(region, 'size'),
        ...(isSlip(region, stated.last) && { severity: 'warning' as const, charges: 'extent' as const }),
        headline: `${shortRegionName(region)} has size ${hex(region.size)}, its comment states ${hex(statedSize(stated))}`,
        notes: [
          `the region is ${interval(phys(region))}; the comment says ${hex(stated.start)} to ${hex(stated.last)}`,
        ],
        help: 'correct the size or the comment',
        key: keyOf(region),
      }
    }
  },
}

/** What is said of a range, such as that it is reserved, may be true of more than the region. */
const isSentence = (words: string): boolean => /\b(is|are|was|were|be)\b/i.test(words)

/** How `jailhouse config create` begins the comments it writes. */
const GENERATED = /^MemRegion: /

/** Who takes memory for inmates out of a generated region takes more; nobody has a reason to add to one. */
const MIN_TAKEN = 64n * KiB

/** Whether the size differs from the generated one as it does by mistake. */
function isSlip(region: MemoryRegion, last: bigint): boolean {
  const missing = last + 1n - phys(region).end
  return GENERATED.test(commentOf(region) ?? '') && missing < MIN_TAKEN
}

/** Whether the comment stands over several regions, which follow one another to the end that it states. */
function isHeading(region: MemoryRegion, regions: readonly MemoryRegion[], last: bigint): boolean {
  let { end } = phys(region)
  for (const next of regions.slice(region.index + 1)) {
    if (next.phys_start !== end || next.size === 0n || last < end) return false
    end = phys(next).end
    if (end === last || end === last + 1n) return true
  }
  return false
}

/** Of `40000000-6fffffff` and of `40000000-70000000`, which some write for the same. */
const statedSize = ({ start, last }: { readonly start: bigint; readonly last: bigint }): bigint =>
  (last & 1n) === 1n ? last + 1n - start : last - start

/** The last address may be included or not, and regions are rounded up to pages: by their end, or by their size alone. */
function isAsStated(region: MemoryRegion, last: bigint): boolean {
  const { start, end } = phys(region)
  return [last, last + 1n, alignUp(last + 1n), start + alignUp(last + 1n - start)].includes(end)
}
