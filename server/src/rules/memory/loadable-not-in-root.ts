import { MEM_EXECUTE, MEM_IO, MEM_LOADABLE, MEM_READ } from '../../config/constants.ts'
import { regionAt, regionName, shortRegionName } from '../../config/element-name.ts'
import { hypervisorRange } from '../../config/hypervisor-memory.ts'
import { sharesRegion } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignDown, alignUp, has, hasAny, type Range } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { hasSections } from '../../config/section-fit.ts'
import { appendRegion } from '../../edit/append.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { primarySpan } from '../../text/origin.ts'
import { subtract } from '../../text/range-set.ts'
import { count, describeRange, interval } from '../../text/words.ts'
import { MAX_HEADLINE, type RawFinding, type ScenarioRule } from '../rule.ts'
import { isWritable, type LoadedPart, mappedAgain, parkingLine } from './load-access.ts'
import page from './loadable-not-in-root.md'
import { linkMemoryUnder } from './over-link-memory.ts'
import { MAX_RELATED } from './overlaps.ts'
import { type Cover, coverOf, realRegions } from './root-cover.ts'

/** `load_image` in the driver writes through a linear mapping, into what `remap_to_root_cell` found to map. */
export const loadableNotInRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH265',
  id: 'loadable-not-in-root',
  title: 'Loadable region not writable by the root',
  severity: 'error',
  constraints: ['loadable-not-in-root', 'loadable-root-no-exec-etc'],
  rests: ['phys_start', 'flags'],
  complete: ['root.mem_regions'],
  page,
  *check(scenario) {
    const { root_cell } = scenario.root
    const hypervisor = hypervisorRange(scenario.root)
    for (const cell of scenario.cells)
      for (const region of realRegions(cell).filter(region => hasAny(region, MEM_LOADABLE))) {
        const cover = coverOf(region, root_cell)
        // Memory of the hypervisor is no gap to be filled: the region must not lie there (JH242).
        const gaps = hypervisor ? subtract(cover.gaps, [hypervisor]) : cover.gaps
        if (gaps.length) yield gapFault(root_cell, region, { ...cover, gaps })
        yield* flagFaults(scenario, cell, region, cover)
      }
  },
}

function gapFault(root: CellConfig, region: MemoryRegion, { parts, gaps }: Cover): RawFinding {
  const [first] = gaps as readonly [Range]
  return {
    span: at(region, parts.length && first.start !== region.phys_start ? 'size' : 'phys_start'),
    headline: `loadable ${regionName(region)} is not mapped in the root`,
    notes: [
      `not in the root: ${gaps.map(describeRange).join(' and ')}`,
      `loading an image parks the root's CPU: "${parkingLine(root, first.start)}"`,
    ],
    help: `add a root region for ${interval(wholePages(first))}`,
    related: parts.map(part => ({
      span: at(part.region, 'phys_start'),
      text: regionAt(part.region, root),
    })),
    key: keyOf(region),
    ...fixes(fixOf(`Add a root region for ${interval(wholePages(first))}`, append(root, gaps), false)),
  }
}

const wholePages = ({ start, end }: Range): Range => ({ start: alignDown(start), end: alignUp(end) })

/** One gap is one region; with several the borders are worth a look by eye. */
const append = (root: CellConfig, [gap, ...more]: readonly Range[]) =>
  gap && more.length === 0
    ? appendRegion(root, wholePages(gap), ['JAILHOUSE_MEM_READ', 'JAILHOUSE_MEM_WRITE', 'JAILHOUSE_MEM_EXECUTE'])
    : undefined

function* flagFaults(scenario: Scenario, cell: CellConfig, region: MemoryRegion, cover: Cover): Iterable<RawFinding> {
  const { root_cell } = scenario.root
  const seen = mappedAgain(cover)
  // Memory over a link is reported once, with what loading does (JH272).
  const isReported = linkMemoryUnder(scenario, cell, region) !== undefined
  const [closed, ...alsoClosed] = seen.filter(
    part => !isWritable(part) && !(isReported && isOfLink(root_cell, part.outer)),
  )
  if (closed) yield unwritableFault(root_cell, region, [closed, ...alsoClosed])
  const [device, ...alsoDevices] = seen.filter(
    part => isWritable(part) && hasAny(part.outer, MEM_IO) && !hasAny(region, MEM_IO),
  )
  if (device) yield deviceFault(root_cell, region, [device, ...alsoDevices])
}

/** Whether a region is a section of a shared-memory device, whose flags are those of the link. */
const isOfLink = (cell: CellConfig, { index }: MemoryRegion): boolean =>
  cell.pci_devices.some(device => sharesRegion(device, index) && hasSections({ cell, device }))

/** The first part and how many more there are; the repair is that of one. */
type Parts = readonly [LoadedPart, ...LoadedPart[]]

const partsOf = (root: CellConfig, region: MemoryRegion, parts: Parts) => ({
  span: at(region, 'phys_start'),
  related: parts.slice(0, MAX_RELATED).map(({ outer }) => ({ span: at(outer, 'flags'), text: regionAt(outer, root) })),
  key: `${keyOf(parts[0].outer)} ${keyOf(region)}`,
})

/** What loading meets in the root, by full names where the headline has room for them. */
function headlineOf(region: MemoryRegion, what: string, [{ outer }, ...more]: Parts): string {
  const others = more.length > 0 ? ` and ${count(more.length, 'other region')}` : ''
  const [full, short] = [regionName, shortRegionName].map(
    nameOf => `loadable ${nameOf(region)} is ${what} ${nameOf(outer)} of the root${others}`,
  ) as [string, string]
  return full.length <= MAX_HEADLINE ? full : short
}

function unwritableFault(root: CellConfig, region: MemoryRegion, parts: Parts): RawFinding {
  const [{ shown }] = parts
  return {
    ...partsOf(root, region, parts),
    headline: headlineOf(region, 'not writable in', parts),
    notes: [
      `the root maps ${shown.map(describeRange).join(' and ')} without write access`,
      `loading an image parks the root's CPU: "${parkingLine(root, (shown[0] as Range).start)}"`,
    ],
    ...repairOf(root, parts),
  }
}

/** Whether a macro of a header writes a region, whose flags nobody changes for it alone. */
const isOfHeader = ({ source }: MemoryRegion): boolean =>
  source?.origin !== undefined && source.origin.spelled.file !== primarySpan(source.origin).file

/** Flags of a link and of headers stay as they are: the memory is in the wrong place. */
function repairOf(root: CellConfig, parts: Parts): Pick<RawFinding, 'help' | 'fixes'> {
  const [{ outer }, ...more] = parts
  if (parts.some(part => isOfLink(root, part.outer)))
    return { help: 'move the region, or end it before the shared memory' }
  if (parts.some(part => isOfHeader(part.outer))) return { help: 'move the region to memory that the root may write' }
  return more.length === 0 ? addingWrite(root, outer) : {}
}

function addingWrite(root: CellConfig, outer: MemoryRegion): Pick<RawFinding, 'help' | 'fixes'> {
  const words = `JAILHOUSE_MEM_WRITE to ${regionName(outer, root)}`
  const change = has(outer, MEM_READ) ? addFlag(outer, 'flags', 'JAILHOUSE_MEM_WRITE') : undefined
  return { help: `add ${words}`, ...fixes(fixOf(`Add ${words}`, change, false)) }
}

function deviceFault(root: CellConfig, region: MemoryRegion, parts: Parts): RawFinding {
  const [{ outer, shown }, ...more] = parts
  return {
    ...partsOf(root, region, parts),
    severity: 'warning',
    headline: headlineOf(region, 'device memory in', parts),
    notes: [
      `the root maps ${shown.map(describeRange).join(' and ')} with JAILHOUSE_MEM_IO`,
      'copying an image there may fault on an unaligned access',
    ],
    help:
      more.length === 0 && has(outer, MEM_EXECUTE)
        ? `remove JAILHOUSE_MEM_IO from ${regionName(outer, root)}`
        : 'move the region to RAM of the root',
  }
}
