import { MEM_EXECUTE, MEM_LOADABLE, MEM_ROOTSHARED } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { type Endpoint, isOneRegion, isSectioned, linkRegions, linksOf, sectionName } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion, SystemConfig } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny, overlap, phys } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { endsAmongOthers, hasSections, misplacedSections } from '../../config/section-fit.ts'
import { memoize } from '../../text/memo.ts'
import { bdf, interval } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import { isWritable, mappedAgain, parkingLine } from './load-access.ts'
import page from './over-link-memory.md'
import { coverOf, realRegions } from './root-cover.ts'

/** Memory of a link belongs to regions of the device; another region takes it away from the root cell. */
export const overLinkMemory: ScenarioRule = {
  kind: 'scenario',
  code: 'JH272',
  id: 'over-link-memory',
  title: 'Inmate memory over shared memory of a link',
  severity: 'error',
  constraints: [],
  rests: ['phys_start'],
  indexes: ['mem_regions'],
  page,
  *check(scenario) {
    for (const cell of scenario.cells)
      for (const region of realRegions(cell)) {
        const hit = linkMemoryUnder(scenario, cell, region)
        if (hit) yield finding(scenario, region, hit)
      }
  },
}

/** The section of another cell's link that a region of an inmate takes away; of several one that is in use. */
export function linkMemoryUnder(scenario: Scenario, cell: CellConfig, region: MemoryRegion): Section | undefined {
  const sections = sectionsIn(scenario)
  if (!pointsToItsSections(cell) || hasAny(region, MEM_ROOTSHARED) || isSectionOf(cell, region, sections))
    return undefined
  const hits = sections.filter(
    ({ endpoint, region: section }) => endpoint.cell !== cell && overlap(phys(section), phys(region)),
  )
  return hits.find(section => isInUse(section, sections)) ?? hits[0]
}

interface Section {
  readonly endpoint: Endpoint
  readonly k: number
  readonly region: MemoryRegion
}

/** Where a device points elsewhere, that is the fault, and no region is to blame. */
const pointsToItsSections = (cell: CellConfig): boolean => misplacedSections(cell).size === 0

const sectionsIn = memoize((scenario: Scenario): readonly Section[] =>
  linksOf(scenario)
    .flat()
    .filter(hasSections)
    .filter(end => !endsAmongOthers(end))
    .flatMap(endpoint =>
      linkRegions(endpoint).flatMap((region, k) =>
        region && region.size > 0n && !isElsewhere(endpoint, region) ? [{ endpoint, k, region }] : [],
      ),
    ),
)

/** Nobody executes from shared memory: a device that has one index for it points beside it then. */
const isElsewhere = ({ device }: Endpoint, region: MemoryRegion): boolean =>
  isOneRegion(device) && hasAny(region, MEM_EXECUTE)

const isSectionOf = (cell: CellConfig, region: MemoryRegion, sections: readonly Section[]): boolean =>
  sections.some(section => section.endpoint.cell === cell && section.region.index === region.index)

/** The output section of a peer that is not there is only read, once the peer is; so is half of the memory before revision 12b. */
function isInUse({ endpoint: { device }, k }: Section, sections: readonly Section[]): boolean {
  if (!isSectioned(device)) return false
  const ends = sections.map(({ endpoint }) => endpoint.device).filter(({ bdf }) => bdf === device.bdf)
  return k < 2 || ends.some(({ shmem_dev_id }) => shmem_dev_id === k - 2)
}

const harmOf = (isUsed: boolean, k: number): string => {
  if (!isUsed) return 'the link fails as soon as its peer uses it'
  return k === 0
    ? 'the hypervisor writes device states into it, whichever cell owns the memory'
    : 'the next access of the root cell to its end of the link parks the CPU'
}

/** Where the root's CPU is parked as it loads an image into a section of its own that it may only read. */
function parkedAt({ root_cell }: SystemConfig, region: MemoryRegion): bigint | undefined {
  if (!hasAny(region, MEM_LOADABLE)) return undefined
  const closed = mappedAgain(coverOf(region, root_cell)).find(part => !isWritable(part))
  return closed?.shown[0]?.start
}

function finding(scenario: Scenario, region: MemoryRegion, hit: Section): RawFinding {
  const { endpoint, k, region: section } = hit
  const isUsed = isInUse(hit, sectionsIn(scenario))
  const parked = parkedAt(scenario.root, region)
  const { cell, device } = endpoint
  const shared = overlap(phys(section), phys(region))
  const owner = cell.isRoot ? 'the root cell' : `"${cell.name}"`
  return {
    span: at(region, section.phys_start <= region.phys_start ? 'phys_start' : 'size'),
    ...(!isUsed && parked === undefined && { severity: 'warning' as const }),
    headline: `${regionName(region)} overlaps ${sectionName(device, k)} of ${bdf(device.bdf)}`,
    notes: [
      `${shared ? interval(shared) : ''} is shared memory of ${owner}; create unmaps it from the root cell`,
      harmOf(isUsed, k),
      ...(parked === undefined
        ? []
        : [`loading an image parks the root's CPU: "${parkingLine(scenario.root.root_cell, parked)}"`]),
    ],
    help: 'move the region, or end it before the shared memory',
    related: [{ span: at(section, 'phys_start'), text: `${sectionName(device, k)} in ${owner}` }],
    key: keyOf(region),
  }
}
