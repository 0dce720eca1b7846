import { isOneRegion, regionsField } from '../../config/ivshmem.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { phys } from '../../config/ranges.ts'
import { at, bdf, describeRange } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './link-memory.md'
import { type Endpoint, joined, sectionName, sectionsOf } from './links.ts'

export const linkMemory: ScenarioRule = {
  kind: 'scenario',
  code: 'JH563',
  id: 'link-memory',
  title: 'Both ends of a shared-memory link share memory',
  severity: 'error',
  constraints: ['ivshmem-phys-mismatch'],
  page,
  *check(scenario) {
    for (const { first, other } of joined(scenario)) {
      const differing = differences(first, other)
      const [difference] = differing
      if (!difference) continue
      const { k, own, twin } = difference
      const field = regionsField(other.device)
      yield {
        span: at(own, own.phys_start === twin.phys_start ? 'size' : 'phys_start'),
        headline: `${sectionName(other.device, k)} of ${bdf(other.device.bdf)} is ${describeRange(phys(own))} in "${other.cell.name}" and ${describeRange(phys(twin))} in "${first.cell.name}"${differing.length === 1 ? '' : `, and ${differing.length - 1} more differ`}: ${isOneRegion(other.device) ? `creating "${other.cell.name}" answers EINVAL` : 'each cell writes where the other does not look'}; give both the same, or check ${field} (${other.device[field]} and ${first.device[regionsField(first.device)]})`,
        related: [
          { span: at(twin, 'phys_start'), text: `"${first.cell.name}" has ${describeRange(phys(twin))}` },
          {
            span: at(other.device, field),
            text: `shared memory of "${other.cell.name}" begins at this region`,
          },
        ],
        key: bdf(other.device.bdf),
      }
    }
  },
}

interface Difference {
  readonly k: number
  readonly own: MemoryRegion
  readonly twin: MemoryRegion
}

/** Sections that both have and that are not the same memory. Two empty ones are alike wherever they are. */
function differences(first: Endpoint, other: Endpoint): readonly Difference[] {
  const twins = sectionsOf(first)
  return sectionsOf(other).flatMap((own, k) => {
    const twin = twins[k]
    if (!own || !twin || (own.size === 0n && twin.size === 0n)) return []
    return own.phys_start === twin.phys_start && own.size === twin.size ? [] : [{ k, own, twin }]
  })
}
