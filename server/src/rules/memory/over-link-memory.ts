import { MEM_ROOTSHARED } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { type Endpoint, isSectioned, linkRegions, linksOf, sectionName } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny, overlap, phys } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { hasSections, misplacedSections } from '../../config/section-fit.ts'
import { bdf, interval } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './over-link-memory.md'
import { realRegions } from './root-cover.ts'

/** Memory of a link belongs to regions of the device; another region takes it away from the root cell. */
export const overLinkMemory: ScenarioRule = {
  kind: 'scenario',
  code: 'JH272',
  id: 'over-link-memory',
  title: 'Inmate memory over shared memory of a link',
  severity: 'error',
  constraints: [],
  page,
  *check(scenario) {
    const sections = sectionsIn(scenario)
    for (const cell of scenario.cells.filter(pointsToItsSections))
      for (const region of realRegions(cell)) {
        if (hasAny(region, MEM_ROOTSHARED) || isSectionOf(cell, region, sections)) continue
        const hits = sections.filter(
          ({ endpoint, region: section }) => endpoint.cell !== cell && overlap(phys(section), phys(region)),
        )
        const hit = hits.find(section => isInUse(section, sections)) ?? hits[0]
        if (hit) yield finding(region, hit, isInUse(hit, sections))
      }
  },
}

interface Section {
  readonly endpoint: Endpoint
  readonly k: number
  readonly region: MemoryRegion
}

/** Where a device points elsewhere, that is the fault, and no region is to blame. */
const pointsToItsSections = (cell: CellConfig): boolean => misplacedSections(cell).size === 0

const sectionsIn = (scenario: Scenario): readonly Section[] =>
  linksOf(scenario)
    .flat()
    .filter(hasSections)
    .flatMap(endpoint =>
      linkRegions(endpoint).flatMap((region, k) => (region && region.size > 0n ? [{ endpoint, k, region }] : [])),
    )

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

function finding(region: MemoryRegion, hit: Section, isUsed: boolean): RawFinding {
  const { endpoint, k, region: section } = hit
  const { cell, device } = endpoint
  const shared = overlap(phys(section), phys(region))
  const owner = cell.isRoot ? 'the root cell' : `"${cell.name}"`
  return {
    span: at(region, section.phys_start <= region.phys_start ? 'phys_start' : 'size'),
    ...(!isUsed && { severity: 'warning' as const }),
    headline: `${regionName(region)} overlaps ${sectionName(device, k)} of ${bdf(device.bdf)}`,
    notes: [
      `${shared ? interval(shared) : ''} is shared memory of ${owner}; create unmaps it from the root cell`,
      harmOf(isUsed, k),
    ],
    help: 'move the region, or end it before the shared memory',
    related: [{ span: at(section, 'phys_start'), text: `${sectionName(device, k)} in ${owner}` }],
    key: keyOf(region),
  }
}
