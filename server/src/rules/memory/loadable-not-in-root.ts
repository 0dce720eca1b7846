import { MEM_IO, MEM_LOADABLE, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { regionAt, regionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { alignDown, alignUp, has, hasAny, type Range } from '../../config/ranges.ts'
import { appendRegion } from '../../edit/append.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { subtract } from '../../text/range-set.ts'
import { describeRange, hex, interval } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './loadable-not-in-root.md'
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
  complete: ['root.mem_regions'],
  page,
  *check({ root: { root_cell }, cells }) {
    for (const cell of cells)
      for (const region of realRegions(cell).filter(region => hasAny(region, MEM_LOADABLE))) {
        const cover = coverOf(region, root_cell)
        if (cover.gaps.length) yield gapFault(root_cell, region, cover)
        yield* flagFaults(root_cell, region, cover)
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
      `loading an image parks the root's CPU: "${faultLine(root, first.start)}"`,
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

/** What the console says as the root's CPU is parked. */
const faultLine = ({ architecture }: CellConfig, address: bigint): string =>
  architecture === 'x86'
    ? `FATAL: Invalid MMIO/RAM write, addr: ${hex(address)}`
    : `Unhandled data write at ${hex(address)}`

const wholePages = ({ start, end }: Range): Range => ({ start: alignDown(start), end: alignUp(end) })

/** One gap is one region; with several the borders are worth a look by eye. */
const append = (root: CellConfig, [gap, ...more]: readonly Range[]) =>
  gap && more.length === 0
    ? appendRegion(root, wholePages(gap), ['JAILHOUSE_MEM_READ', 'JAILHOUSE_MEM_WRITE', 'JAILHOUSE_MEM_EXECUTE'])
    : undefined

/** A part of an inmate's region as the root maps it again. */
interface Part {
  readonly outer: MemoryRegion
  readonly shown: readonly Range[]
}

function* flagFaults(root: CellConfig, region: MemoryRegion, { parts }: Cover): Iterable<RawFinding> {
  const seen: readonly Part[] = parts
    .map(({ region: outer, shared }, i) => ({ outer, shown: notMappedAgain(shared, parts.slice(i + 1)) }))
    .filter(({ shown }) => shown.length > 0)
  const isWritable = ({ outer }: Part) => has(outer, MEM_READ | MEM_WRITE)
  const [closed, ...alsoClosed] = seen.filter(part => !isWritable(part))
  if (closed) yield unwritableFault(root, region, [closed, ...alsoClosed])
  const [device, ...alsoDevices] = seen.filter(
    part => isWritable(part) && hasAny(part.outer, MEM_IO) && !hasAny(region, MEM_IO),
  )
  if (device) yield deviceFault(root, region, [device, ...alsoDevices])
}

/** The first part and how many more there are; the repair is that of one. */
type Parts = readonly [Part, ...Part[]]

const partsOf = (root: CellConfig, region: MemoryRegion, parts: Parts) => ({
  span: at(region, 'phys_start'),
  related: parts.slice(0, MAX_RELATED).map(({ outer }) => ({ span: at(outer, 'flags'), text: regionAt(outer, root) })),
  key: `${keyOf(parts[0].outer)} ${keyOf(region)}`,
})

const rootRegions = ([{ outer }, ...more]: Parts): string =>
  `root region ${outer.index}${more.length > 0 ? ` and ${more.length} more` : ''}`

function unwritableFault(root: CellConfig, region: MemoryRegion, parts: Parts): RawFinding {
  const [{ outer, shown }, ...more] = parts
  const words = `JAILHOUSE_MEM_WRITE to root region ${outer.index}`
  return {
    ...partsOf(root, region, parts),
    headline: `loadable ${regionName(region)} is not writable in ${rootRegions(parts)}`,
    notes: [
      `the root maps ${shown.map(describeRange).join(' and ')} without write access`,
      `loading an image parks the root's CPU: "${faultLine(root, (shown[0] as Range).start)}"`,
    ],
    ...(more.length === 0 && {
      help: `add ${words}`,
      ...fixes(
        fixOf(`Add ${words}`, has(outer, MEM_READ) ? addFlag(outer, 'flags', 'JAILHOUSE_MEM_WRITE') : undefined, false),
      ),
    }),
  }
}

function deviceFault(root: CellConfig, region: MemoryRegion, parts: Parts): RawFinding {
  const [{ outer, shown }, ...more] = parts
  return {
    ...partsOf(root, region, parts),
    severity: 'warning',
    headline: `loadable ${regionName(region)} is device memory in ${rootRegions(parts)}`,
    notes: [
      `the root maps ${shown.map(describeRange).join(' and ')} with JAILHOUSE_MEM_IO`,
      'copying an image there may fault on an unaligned access',
    ],
    ...(more.length === 0 && { help: `remove JAILHOUSE_MEM_IO from root region ${outer.index}` }),
  }
}

/** Regions of the root come back in their order, so the last one is what it sees. */
const notMappedAgain = (shared: Range, later: Cover['parts']): readonly Range[] =>
  subtract(
    [shared],
    later.map(part => part.shared),
  )
