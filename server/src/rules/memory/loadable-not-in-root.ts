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

function* flagFaults(root: CellConfig, region: MemoryRegion, { parts }: Cover): Iterable<RawFinding> {
  for (const [i, { region: outer, shared }] of parts.entries()) {
    const shown = notMappedAgain(shared, parts.slice(i + 1))
    if (shown.length === 0) continue
    const place = {
      span: at(region, 'phys_start'),
      related: [{ span: at(outer, 'flags'), text: regionAt(outer, root) }],
      key: `${keyOf(outer)} ${keyOf(region)}`,
    }
    if (!has(outer, MEM_READ | MEM_WRITE))
      yield {
        ...place,
        headline: `loadable ${regionName(region)} is not writable in root region ${outer.index}`,
        notes: [
          `the root maps ${shown.map(describeRange).join(' and ')} without write access`,
          `loading an image parks the root's CPU: "${faultLine(root, (shown[0] as Range).start)}"`,
        ],
        help: `add JAILHOUSE_MEM_WRITE to root region ${outer.index}`,
        ...fixes(
          fixOf(
            `Add JAILHOUSE_MEM_WRITE to root region ${outer.index}`,
            has(outer, MEM_READ) ? addFlag(outer, 'flags', 'JAILHOUSE_MEM_WRITE') : undefined,
            false,
          ),
        ),
      }
    else if (hasAny(outer, MEM_IO) && !hasAny(region, MEM_IO))
      yield {
        ...place,
        severity: 'warning',
        headline: `loadable ${regionName(region)} is device memory in root region ${outer.index}`,
        notes: [
          `the root maps ${shown.map(describeRange).join(' and ')} with JAILHOUSE_MEM_IO`,
          'copying an image there may fault on an unaligned access',
        ],
        help: `remove JAILHOUSE_MEM_IO from root region ${outer.index}`,
      }
  }
}

/** Regions of the root come back in their order, so the last one is what it sees. */
const notMappedAgain = (shared: Range, later: Cover['parts']): readonly Range[] =>
  subtract(
    [shared],
    later.map(part => part.shared),
  )
