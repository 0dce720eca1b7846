import { overlap, PAGE_SIZE, phys } from '../../config/ranges.ts'
import { humanSize, interval } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import { busyMemory, hypervisorMemory, memoryToReserve } from './memory.ts'
import { rootAfterEnable } from './root-lacks-device.ts'
import page from './root-lacks-memory.md'
import { lackedBy } from './subject.ts'
import { atArray, basis, relatedFacts } from './words.ts'

export const rootLacksMemory: BoardRule = {
  kind: 'board',
  code: 'JH910',
  id: 'root-lacks-memory',
  title: 'System RAM missing from the root cell',
  severity: 'warning',
  constraints: [],
  complete: ['root.mem_regions'],
  page,
  *check(subject) {
    const root = rootAfterEnable(subject)
    if (!root) return
    // That memory of Jailhouse is System RAM is the other side of the same mistake, and reported by other rules.
    const taken = [phys(hypervisorMemory(subject)), ...[...memoryToReserve(subject)].map(({ region }) => phys(region))]
    for (const ram of busyMemory(subject.platform))
      for (const missing of lackedBy(root, ram.range, true)) {
        const isReportedByOther = taken.some(range => overlap(range, missing))
        if (missing.end - missing.start < PAGE_SIZE || isReportedByOther) continue
        const isReadable = lackedBy(root, missing).length === 0
        yield {
          span: atArray(subject.scenario.root.root_cell, 'mem_regions'),
          headline: isReadable
            ? `the root cell cannot write and execute System RAM ${interval(missing)}`
            : `System RAM ${interval(missing)} is in no region of the root cell`,
          notes: [
            `Linux uses ${humanSize(missing.end - missing.start)} there: sooner or later an access parks a CPU`,
            basis(ram),
          ],
          help: isReadable
            ? 'give its region READ, WRITE, EXECUTE and DMA, or reserve this memory'
            : 'add a region with READ, WRITE, EXECUTE and DMA, or reserve this memory',
          ...relatedFacts([ram, `System RAM ${interval(ram.range)}`]),
          key: interval(missing),
        }
      }
  },
}
