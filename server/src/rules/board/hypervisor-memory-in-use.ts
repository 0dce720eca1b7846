import { at } from '../../config/places.ts'
import { contains, overlap, phys } from '../../config/ranges.ts'
import type { Claim, Platform } from '../../platform/model.ts'
import { describeRange, interval } from '../../text/words.ts'
import type { BoardRule, BoardSubject } from '../rule.ts'
import page from './hypervisor-memory-in-use.md'
import { busyMemory, hypervisorMemory, reservedInside } from './memory.ts'
import { reserveHelp } from './reservation.ts'
import { basis, relatedFacts } from './words.ts'

/** The driver claims `hypervisor_memory` by `request_mem_region`, which fails if any busy entry covers part of it. */
export const hypervisorMemoryInUse: BoardRule = {
  kind: 'board',
  code: 'JH920',
  id: 'hypervisor-memory-in-use',
  title: 'Hypervisor memory within System RAM of Linux',
  severity: 'error',
  constraints: [],
  page,
  *check(subject) {
    const memory = hypervisorMemory(subject)
    const range = phys(memory)
    for (const ram of busyMemory(subject.platform)) {
      const shared = overlap(range, ram.range)
      if (!shared) continue
      yield {
        span: at(memory, 'phys_start'),
        headline: `hypervisor_memory ${interval(range)} is System RAM of the running Linux`,
        notes: [
          `"jailhouse enable" prints "request_mem_region failed for hypervisor memory." and fails with -EINVAL`,
          why(subject, ram),
          basis(ram),
        ],
        help: reserveHelp(subject.scenario.root, subject.scenario.cells),
        ...relatedFacts([ram, `System RAM ${describeRange(ram.range)}`]),
        key: interval(range),
      }
      return
    }
  },
}

/** Which of the usual mistakes it is. */
function why(subject: BoardSubject, ram: Claim): string {
  const range = phys(hypervisorMemory(subject))
  const shared = overlap(range, ram.range) ?? range
  const named = reservationOf(subject.platform, range)
  if (named) return `${named.name} reserves it, but without no-map it stays busy`
  if (reservedInside(ram).some(hole => contains(hole, shared)))
    return 'a reservation without no-map covers it: System RAM around it stays busy'
  if (!contains(ram.range, range)) return `only ${interval(shared)} of it is System RAM: the reservation is too small`
  return 'nothing reserves it'
}

const reservationOf = ({ reserved }: Platform, range: ReturnType<typeof phys>) =>
  reserved.find(each => each.noMap === false && overlap(each.range, range))
