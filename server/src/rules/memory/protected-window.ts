import { regionAt, shortRegionName } from '../../config/element-name.ts'
import { sizeIsEnd } from '../../config/end-for-size.ts'
import type { CellConfig, MemoryRegion, SystemConfig } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { overlap, virt } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { count, hex, interval } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import { MAX_RELATED } from './overlaps.ts'
import page from './protected-window.md'
import { isUmbrella } from './region-overlap.ts'
import {
  type Field,
  hitBy,
  type Misplaced,
  misrightWindows,
  rightWindows,
  shorterSize,
  splitAround,
  type Window,
} from './windows.ts'

/** Traps are reached on stage-2 faults only, so what a region maps the hypervisor no longer sees. */
export const protectedWindow: SystemRule = {
  kind: 'system',
  code: 'JH216',
  id: 'protected-window',
  title: 'Intercepted registers mapped into the root',
  severity: 'error',
  constraints: [
    'mem-overlap-gic',
    'mem-overlap-mmconfig',
    'mem-overlap-vpci-bar-window',
    'mem-overlap-iommu',
    'mem-overlap-apic',
  ],
  rests: ['extent', 'pci_mmconfig_base'],
  page,
  *check(system) {
    const windows = rightWindows(system)
    for (const misplaced of misrightWindows(system)) yield misplacedFault(system, misplaced)
    for (const region of system.root_cell.mem_regions) {
      const hit = hitBy(region, windows)
      if (hit.length)
        yield {
          ...windowFault(system.root_cell, region, hit, shorterSize(system, region, hit)),
          ...(runsPast(hit, region, system) && OVERSIZED),
        }
    }
  },
}

/** All that lies over it goes with its size. */
const OVERSIZED = { charges: 'extent' } as const

/** Whether a region that ended before what is intercepted would lie over no other region either. */
function runsPast(hit: readonly Window[], region: MemoryRegion, { root_cell }: SystemConfig): boolean {
  const first = hit.map(({ range }) => range.start).reduce((a, b) => (a < b ? a : b))
  const met = root_cell.mem_regions.filter(other => other !== region && overlap(virt(region), virt(other)))
  if (met.length === 0 || isUmbrella(region, met)) return false
  return virt(region).start < first && met.every(other => first < virt(other).start)
}

function misplacedFault({ root_cell }: SystemConfig, { field, windows, regions }: Misplaced): RawFinding {
  return {
    span: at(field.of, field.path),
    headline: `${named(windows.slice(0, 1))} ${windows[0]?.name.endsWith('s') ? 'lie' : 'lies'} ${overRegions(regions)} of the root`,
    notes: [`not intercepted: ${listed(windows)}`],
    help: `correct ${field.path}`,
    related: regions
      .slice(0, MAX_RELATED)
      .map(region => ({ span: at(region, 'phys_start'), text: regionAt(region, root_cell) })),
    key: `misplaced ${field.path}`,
  }
}

const overRegions = ([region, ...more]: readonly MemoryRegion[]): string =>
  region && more.length === 0 ? `in ${shortRegionName(region)}` : `over ${count(more.length + 1, 'region')}`

/** One fault for all the windows of a region, with one split around all of them. */
export const windowFault = (
  cell: CellConfig,
  region: MemoryRegion,
  hit: readonly Window[],
  shorter?: bigint,
): RawFinding => ({
  span: at(region, shorter === undefined ? 'phys_start' : 'size'),
  headline: `${shortRegionName(region)} maps ${named(hit.slice(0, 1))}${hit.length > 1 ? ` and ${count(hit.length - 1, 'other intercepted range')}` : ''}`,
  notes: [
    `not intercepted any more: ${listed(hit)}`,
    `the cell ${[...new Set(hit.map(({ harm }) => harm))].join(' and ')}`,
  ],
  help: sizeIsEnd(region)
    ? `correct the size of region ${region.index} first`
    : `split region ${region.index} around ${named(hit)}`,
  related: fieldsOf(hit).map(({ of, path }) => ({ span: at(of, path), text: `by ${path}` })),
  key: keyOf(region),
  ...fixes(
    shorter === undefined
      ? undefined
      : fixOf(`Set the size to ${hex(shorter)}`, setField(region, 'size', hex(shorter)), false),
    fixOf(`Split region ${region.index} around ${named(hit)}`, splitAround(cell, region, hit)),
  ),
})

/** Where it is said that something is there. */
const fieldsOf = (hit: readonly Window[]): readonly Field[] => [
  ...new Map(hit.flatMap(({ field }) => (field ? [[field.path, field] as const] : []))).values(),
]

/** In a breath no more than three are named; the repair leaves all of them out. */
const LISTED = 3

function listed(hit: readonly Window[]): string {
  const names = hit.slice(0, LISTED).map(({ name, range }) => `${name} ${interval(range)}`)
  return hit.length > LISTED ? `${names.join(', ')} and ${count(hit.length - LISTED, 'other range')}` : names.join(', ')
}

const named = (hit: readonly Window[]): string =>
  hit.length < 3 ? hit.map(({ name }) => name).join(' and ') : `${hit.length} protected ranges`
