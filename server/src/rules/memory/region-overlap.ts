import { MEM_COMM_REGION } from '../../config/constants.ts'
import { regionNames, regionSeenAt } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { contains, has, type Range, virt } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeElement } from '../../edit/elements.ts'
import { splitRegion } from '../../edit/split.ts'
import { subtract } from '../../text/range-set.ts'
import { describeRange, interval } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import { virtOverlaps } from './overlaps.ts'
import page from './region-overlap.md'
import { shadowedIn } from './sub-page-shadowed.ts'

/** Regions are mapped in the order of the array (`cell_create`, `init_late`), so the last one is what the cell sees. */
export const regionOverlap: CellRule = {
  kind: 'cell',
  code: 'JH202',
  id: 'region-overlap',
  title: 'Regions at the same guest address',
  severity: 'warning',
  constraints: ['mem-virt-overlap', 'comm-overlaps'],
  page,
  *check(cell) {
    for (const { first, second, shared } of virtOverlaps(cell.mem_regions)) {
      if (shadowedIn(cell).has(first) || shadowedIn(cell).has(second)) continue
      const isSame = mapsAlike(first, second)
      const [former, latter] = regionNames(first, second)
      yield {
        span: at(second, 'virt_start'),
        headline: isSame ? `${latter} repeats the mapping of ${former}` : `${latter} overlaps ${former}`,
        notes: [
          isSame
            ? `both map ${describeRange(shared)} to the same memory`
            : `region ${second.index} is mapped last and wins in ${describeRange(shared)}: ${consequence(first, second)}`,
        ],
        related: [{ span: at(first, 'virt_start'), text: regionSeenAt(first) }],
        key: `${keyOf(first)} ${keyOf(second)}`,
        ...fixes(
          fixOf(`Remove region ${second.index}`, isCopy(first, second) ? removal(cell, second) : undefined, false),
          fixOf(`Exclude ${interval(shared)} from region ${first.index}`, cutOut(cell, first, shared), false),
        ),
      }
    }
  },
}

/** Whether both give the cell the same memory with the same rights. */
const mapsAlike = (a: MemoryRegion, b: MemoryRegion): boolean =>
  a.phys_start - a.virt_start === b.phys_start - b.virt_start && a.flags === b.flags && !has(a, MEM_COMM_REGION)

const isCopy = (a: MemoryRegion, b: MemoryRegion): boolean => mapsAlike(a, b) && contains(virt(a), virt(b))

const consequence = (first: MemoryRegion, second: MemoryRegion): string => {
  if (has(second, MEM_COMM_REGION)) return 'the communication region hides the memory there'
  if (has(first, MEM_COMM_REGION)) return 'the communication region is hidden'
  return first.phys_start - first.virt_start === second.phys_start - second.virt_start
    ? 'its flags apply there'
    : 'other memory appears there'
}

const removal = (cell: Parameters<typeof splitRegion>[0], region: MemoryRegion) => {
  const array = arrayOf(cell, 'mem_regions')
  return array && removeElement(cell, array, region.index)
}

/** The first region without the part that the second hides: what is left of it, in one or two parts. */
function cutOut(cell: Parameters<typeof splitRegion>[0], region: MemoryRegion, shared: Range) {
  const offset = region.phys_start - region.virt_start
  const parts = subtract([virt(region)], [shared]).map(({ start, end }) => ({
    range: { start: start + offset, end: end + offset },
  }))
  return parts.length ? splitRegion(cell, region, parts) : undefined
}
