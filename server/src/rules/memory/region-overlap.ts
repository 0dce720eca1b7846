import { commBaseOf } from '../../config/architecture.ts'
import { MEM_COMM_REGION, MEM_IO } from '../../config/constants.ts'
import { regionNames, regionSeenAt } from '../../config/element-name.ts'
import { sizeIsEnd } from '../../config/end-for-size.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { contains, has, overlap, type Range, rangeOf, virt } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeElement } from '../../edit/elements.ts'
import { setField } from '../../edit/fields.ts'
import { splitRegion } from '../../edit/split.ts'
import { addTo } from '../../text/groups.ts'
import { subtract } from '../../text/range-set.ts'
import { describeRange, hex, interval } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import { byRegion, type Overlap, others, relatedTo, virtOverlaps } from './overlaps.ts'
import page from './region-overlap.md'
import { type Runaway, runawayOf } from './runaway.ts'
import { shadowedIn } from './sub-page-shadowed.ts'

/** Regions are mapped in the order of the array (`cell_create`, `init_late`), so the last one is what the cell sees. */
export const regionOverlap: CellRule = {
  kind: 'cell',
  code: 'JH202',
  id: 'region-overlap',
  title: 'Regions at the same guest address',
  severity: 'warning',
  constraints: ['mem-virt-overlap', 'comm-overlaps'],
  rests: ['extent'],
  page,
  *check(cell) {
    const shadowed = shadowedIn(cell)
    const overlaps = [...virtOverlaps(cell.mem_regions)].filter(
      ({ first, second }) => !shadowed.has(first) && !shadowed.has(second),
    )
    const strays = straysIn(cell, overlaps)
    for (const [comm, over] of strays) yield strayFault(cell, comm, over)
    const others = overlaps.filter(({ first, second }) => !strays.has(first) && !strays.has(second))
    const runaways = runawaysIn(others)
    for (const runaway of runaways.values()) yield runsOver(runaway)
    const beside = others.filter(({ first, second }) => !runaways.has(first) && !runaways.has(second))
    for (const group of byRegion(beside, ({ first, second }) => mapsAlike(first, second)))
      yield { ...faultOf(group), ...(group.length === 1 && repairsOf(cell, asMapped(group[0]))) }
  },
}

/** Communication regions that lie over others, while nothing does where inmates read them. */
function straysIn(cell: CellConfig, overlaps: readonly Overlap[]): ReadonlyMap<MemoryRegion, MemoryRegion> {
  if (cell.isRoot || !cell.architecture) return new Map()
  const isStray = (region: MemoryRegion) => {
    const home = rangeOf(commBaseOf(cell), region.size)
    return has(region, MEM_COMM_REGION) && !cell.mem_regions.some(each => overlap(virt(each), home))
  }
  return new Map(
    overlaps
      .flatMap(({ first, second }) => [[first, second] as const, [second, first] as const])
      .filter(([region]) => isStray(region)),
  )
}

function strayFault(cell: CellConfig, comm: MemoryRegion, over: MemoryRegion): RawFinding {
  const base = hex(commBaseOf(cell))
  const [name, former] = regionNames(comm, over)
  const [first, second] = comm.index < over.index ? [comm, over] : [over, comm]
  return {
    span: at(comm, 'virt_start'),
    headline: `${name} overlaps ${former}`,
    notes: [
      `region ${second.index} is mapped last: ${consequence(first, second)}`,
      `upstream's inmates read the communication region at ${base}, where no region is`,
    ],
    related: [{ span: at(over, 'virt_start'), text: regionSeenAt(over) }],
    key: `stray ${keyOf(over)}`,
    charges: 'extent',
    ...fixes(fixOf(`Set virt_start to ${base}`, setField(comm, 'virt_start', base), false)),
  }
}

function runawaysIn(overlaps: readonly Overlap[]): ReadonlyMap<MemoryRegion, Runaway> {
  const meeting = new Map<MemoryRegion, MemoryRegion[]>()
  for (const { first, second } of overlaps) {
    addTo(meeting, first, second)
    addTo(meeting, second, first)
  }
  return new Map(
    [...meeting].flatMap(([region, met]) => {
      const runaway = runawayOf(region, met)
      return runaway ? [[region, runaway]] : []
    }),
  )
}

/** Whatever else lies in it goes with its size. */
function runsOver({ region, over, fits }: Runaway): RawFinding {
  const [first, ...more] = over
  const [name, former] = regionNames(region, first)
  const further = more.length === 0 ? '' : ` and ${more.length} other region${more.length === 1 ? '' : 's'}`
  return {
    span: at(region, 'size'),
    headline: `${name} runs over ${former}${further}`,
    notes: [`it is ${describeRange(virt(region))}; with size ${hex(fits)} it would end before them`],
    related: over.slice(0, MAX_RELATED).map(each => ({ span: at(each, 'virt_start'), text: regionSeenAt(each) })),
    key: `runs over ${keyOf(region)}`,
    ...(!isUmbrella(region, over) && { charges: 'extent' as const }),
    ...fixes(fixOf(`Set the size to ${hex(fits)}`, setField(region, 'size', hex(fits)), false)),
  }
}

/** Registers that hold their neighbours as they are, such as all of a chip, may be meant so: what else they hold is another fault. */
export const isUmbrella = (region: MemoryRegion, over: readonly MemoryRegion[]): boolean =>
  has(region, MEM_IO) && over.every(other => mapsAlike(region, other))

const MAX_RELATED = 3

function faultOf(group: readonly [Overlap, ...Overlap[]]): RawFinding {
  const [{ first, second, shared }] = group
  const isSame = mapsAlike(first, second)
  const isTwice = group.length === 1 && isSame && first.phys_start === second.phys_start && first.size === second.size
  const [former, latter] = regionNames(first, second)
  const mapped = asMapped(group[0])
  return {
    span: at(second, 'virt_start'),
    headline: `${latter} ${isSame ? 'repeats the mapping of' : 'overlaps'} ${former}${others(group)}`,
    notes: [
      isSame
        ? `both map ${describeRange(shared)} to the same memory`
        : `region ${mapped.second.index} is mapped last and wins in ${describeRange(shared)}: ${consequence(mapped.first, mapped.second)}`,
    ],
    related: relatedTo(group, region => ({ span: at(region, 'virt_start'), text: regionSeenAt(region) })),
    key: `${keyOf(first)} ${keyOf(second)}`,
    ...(isTwice && { charges: 'extent' as const }),
  }
}

/** In the order of the array. */
const asMapped = (overlap: Overlap): Overlap =>
  overlap.first.index < overlap.second.index ? overlap : { ...overlap, first: overlap.second, second: overlap.first }

const repairsOf = (cell: CellConfig, { first, second, shared }: Overlap): Pick<RawFinding, 'fixes'> =>
  fixes(
    fixOf(`Remove region ${second.index}`, isCopy(first, second) ? removal(cell, second) : undefined, false),
    fixOf(`Exclude ${interval(shared)} from region ${first.index}`, cutOut(cell, first, shared), false),
  )

/** Whether both give the cell the same memory with the same rights. */
const mapsAlike = (a: MemoryRegion, b: MemoryRegion): boolean =>
  a.phys_start - a.virt_start === b.phys_start - b.virt_start && a.flags === b.flags && !has(a, MEM_COMM_REGION)

const isCopy = (a: MemoryRegion, b: MemoryRegion): boolean =>
  mapsAlike(a, b) && contains(virt(a), virt(b)) && !sizeIsEnd(a)

const consequence = (first: MemoryRegion, second: MemoryRegion): string => {
  if (has(second, MEM_COMM_REGION)) return 'the communication region hides the memory there'
  if (has(first, MEM_COMM_REGION)) return 'the communication region is hidden'
  return first.phys_start - first.virt_start === second.phys_start - second.virt_start
    ? 'its flags apply there'
    : 'other memory appears there'
}

const removal = (cell: CellConfig, region: MemoryRegion) => {
  const array = arrayOf(cell, 'mem_regions')
  return array && removeElement(cell, array, region.index)
}

/** The first region without the part that the second hides: what is left of it, in one or two parts. */
function cutOut(cell: CellConfig, region: MemoryRegion, shared: Range) {
  const offset = region.phys_start - region.virt_start
  const parts = subtract([virt(region)], [shared]).map(({ start, end }) => ({
    range: { start: start + offset, end: end + offset },
  }))
  return parts.length ? splitRegion(cell, region, parts) : undefined
}
