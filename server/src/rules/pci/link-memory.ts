import { cellName } from '../../config/element-name.ts'
import { type Endpoint, isOneRegion, linkRegions, regionsField, sectionName } from '../../config/ivshmem.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { overlap, phys, virt } from '../../config/ranges.ts'
import { endsAmongOthers, linkedPairs, strayEnds } from '../../config/section-fit.ts'
import { bdf, describeRange, interval } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './link-memory.md'
import { isSameMemory, misdirected } from './misdirected-device.ts'

export const linkMemory: ScenarioRule = {
  kind: 'scenario',
  code: 'JH563',
  id: 'link-memory',
  title: 'Different memory at the ends of a shared-memory link',
  severity: 'error',
  constraints: ['ivshmem-phys-mismatch'],
  indexes: ['mem_regions'],
  page,
  *check(scenario) {
    for (const { other, meant } of strayEnds(scenario))
      yield {
        span: at(other.device, 'bdf'),
        headline: `${bdf(other.device.bdf)} has the memory of ${bdf(meant.device.bdf)} in ${cellName(meant.cell)}`,
        notes: ['the ends of a link have the same bdf; so each writes to memory that the other does not read'],
        help: `use bdf ${bdf(meant.device.bdf)}`,
        related: [{ span: at(meant.device, 'bdf'), text: `${cellName(meant.cell)} has ${bdf(meant.device.bdf)}` }],
        key: bdf(other.device.bdf),
        charges: 'bdf',
      }
    for (const pair of linkedPairs(scenario)) {
      if (endsAmongOthers(pair.first) || endsAmongOthers(pair.other)) continue
      const pointing = misdirected(pair.first, pair.other) ?? misdirected(pair.other, pair.first)
      if (pointing) {
        yield pointing
        continue
      }
      const { first, other } = liesOverOwn(pair.first) && !liesOverOwn(pair.other) ? turned(pair) : pair
      const differing = differences(first, other)
      const [difference] = differing
      if (!difference) continue
      const { k, own, twin } = difference
      const field = regionsField(other.device)
      yield {
        span: at(own, own.phys_start === twin.phys_start ? 'size' : 'phys_start'),
        headline: `${sectionName(other.device, k)} of ${bdf(other.device.bdf)} differs from that in ${cellName(first.cell)}`,
        notes: [
          `it is ${interval(phys(own))} here and ${interval(phys(twin))} in ${cellName(first.cell)}${differing.length === 1 ? '' : `; ${differing.length - 1} more differ`}`,
          isOneRegion(other.device)
            ? 'create fails with -EINVAL'
            : 'each cell writes to memory that the other does not read',
        ],
        help: `use the same memory, or check ${field} (${other.device[field]} and ${first.device[regionsField(first.device)]})`,
        related: [
          { span: at(twin, 'phys_start'), text: `${cellName(first.cell)} has ${describeRange(phys(twin))}` },
          { span: at(other.device, field), text: 'shared memory of this cell begins at this region' },
        ],
        key: bdf(other.device.bdf),
        ...(isWrittenOnce(differing) && { charges: 'extent' as const }),
      }
    }
  },
}

interface Pair {
  readonly first: Endpoint
  readonly other: Endpoint
}

const turned = ({ first, other }: Pair): Pair => ({ first: other, other: first })

/** Whether the memory of an end lies over something else in its own cell: then it is the one that is wrong. */
function liesOverOwn(end: Endpoint): boolean {
  const sections = linkRegions(end).filter(region => region !== undefined)
  const rest = end.cell.mem_regions.filter(region => !sections.includes(region))
  return sections.some(section => rest.some(region => overlap(virt(section), virt(region))))
}

interface Difference {
  readonly k: number
  readonly own: MemoryRegion
  readonly twin: MemoryRegion
}

/** Whether one number is wrong; where several are, the ends are of different links, and each region may be as it is meant. */
const isWrittenOnce = (differing: readonly Difference[]): boolean =>
  new Set(differing.map(({ own }) => `${at(own).file.uri} ${at(own).start}`)).size === 1

/** Sections that both have and that are not the same memory. Two empty ones are alike wherever they are. */
function differences(first: Endpoint, other: Endpoint): readonly Difference[] {
  const twins = linkRegions(first)
  return linkRegions(other).flatMap((own, k) => {
    const twin = twins[k]
    if (!own || !twin || (own.size === 0n && twin.size === 0n)) return []
    return isSameMemory(own, twin) ? [] : [{ k, own, twin }]
  })
}
