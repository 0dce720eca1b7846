import { sectionedDevices } from '../../config/ivshmem.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { overlap, phys, type Range } from '../../config/ranges.ts'
import { merge, subtract } from '../../text/range-set.ts'
import { interval, listed } from '../../text/words.ts'
import type { BoardRule, BoardSubject, RawFinding } from '../rule.ts'
import { hypervisorMemory, memoryToReserve } from './memory.ts'
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
    const regions = [hypervisorMemory(subject), ...[...memoryToReserve(subject)].map(({ region }) => region)]
    const tables = new Set(sectionedDevices(subject.scenario.root.root_cell).map(device => device.shmem_regions_start))
    const said = new Set<string>()
    for (const region of regions) {
      const [missing] = region.size > 0n ? subtract([phys(region)], known) : []
      if (!missing || said.has(interval(missing))) continue
      said.add(interval(missing))
      const isTable = region.index >= 0 && tables.has(region.index) && isOfRoot(region, subject)
      const notes = isTable ? ['ivshmem_init clears the state table there: the hypervisor faults as it is enabled'] : []
      yield finding(region, missing, [
        ...notes,
        basis(first),
        `RAM is ${listed(ram.map(({ range }) => interval(range)))}`,
      ])
    }
  },
}

const isOfRoot = (region: MemoryRegion, { scenario }: BoardSubject): boolean =>
  scenario.root.root_cell.mem_regions.includes(region)

const finding = (region: MemoryRegion, missing: Range, notes: readonly string[]): RawFinding => ({
  span: at(region, 'phys_start'),
  headline: `${interval(missing)} is not RAM of this machine`,
  notes,
  help: 'move it into RAM that is reserved for Jailhouse',
  key: interval(phys(region)),
})
