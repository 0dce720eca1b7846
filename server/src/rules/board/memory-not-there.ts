import type { MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { overlap, phys, type Range } from '../../config/ranges.ts'
import { merge, subtract } from '../../text/range-set.ts'
import { interval, listed } from '../../text/words.ts'
import type { BoardRule, RawFinding } from '../rule.ts'
import { hypervisorMemory, memoryRegionsOf } from './memory.ts'
import page from './memory-not-there.md'
import { basis } from './words.ts'

/** By firmware's own list; above a `mem=` limit /proc/iomem lists nothing, and that is right. */
export const memoryNotThere: BoardRule = {
  kind: 'board',
  code: 'JH922',
  id: 'memory-not-there',
  title: 'Jailhouse memory outside the RAM of the board',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const { firmwareRam: ram = [], reserved } = subject.platform
    const [first] = ram
    if (!first) return
    // Trees of boot loaders may leave out what they reserve, in RAM or at an end of it.
    const banks = ram.map(({ range }) => range)
    const known = merge([...banks, ...reserved.map(({ range }) => range)]).filter(range =>
      banks.some(bank => overlap(bank, range)),
    )
    const hypervisor = hypervisorMemory(subject)
    const regions: readonly MemoryRegion[] = [hypervisor, ...subject.scenario.cells.flatMap(memoryRegionsOf)]
    for (const region of regions) {
      const [missing] = region.size > 0n ? subtract([phys(region)], known) : []
      if (missing)
        yield finding(region, missing, [basis(first), `RAM is ${listed(ram.map(({ range }) => interval(range)))}`])
    }
  },
}

const finding = (region: MemoryRegion, missing: Range, notes: readonly string[]): RawFinding => ({
  span: at(region, 'phys_start'),
  headline: `${interval(missing)} is not RAM of this machine`,
  notes,
  help: 'move it into RAM that is reserved for Jailhouse',
  key: interval(phys(region)),
})
