import { at } from '../../config/places.ts'
import { overlap, phys } from '../../config/ranges.ts'
import { describeRange, interval } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './cell-memory-in-use.md'
import { busyMemory, hypervisorMemory, memoryToReserve, usedPart } from './memory.ts'
import { basis, relatedFacts } from './words.ts'

/** Jailhouse refuses nothing here: `create` takes away what Linux uses. */
export const cellMemoryInUse: BoardRule = {
  kind: 'board',
  code: 'JH921',
  id: 'cell-memory-in-use',
  title: 'Cell memory within System RAM of Linux',
  severity: 'error',
  constraints: [],
  page,
  *check(subject) {
    const hypervisor = phys(hypervisorMemory(subject))
    for (const ram of busyMemory(subject.platform))
      for (const { cell, region } of memoryToReserve(subject)) {
        const range = phys(region)
        // Where nothing is reserved at all, the finding is on the hypervisor's memory.
        const isSameMistake = cell.isRoot && overlap(hypervisor, ram.range)
        if (isSameMistake || !usedPart(range, ram)) continue
        yield {
          span: at(region, 'phys_start'),
          headline: `${interval(range)} is System RAM that Linux uses`,
          notes: [
            cell.isRoot
              ? `the shared memory of "${cell.name}" overwrites what Linux keeps there`
              : `create takes it from Linux: the root cell is parked at its next access`,
            basis(ram),
          ],
          help: 'move it into the reserved-memory of Jailhouse, or reserve it too',
          ...relatedFacts([ram, `System RAM ${describeRange(ram.range)}`]),
          key: `${cell.name} ${interval(range)}`,
        }
      }
  },
}
