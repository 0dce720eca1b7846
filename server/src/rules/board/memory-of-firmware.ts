import { at } from '../../config/places.ts'
import { overlap, phys } from '../../config/ranges.ts'
import { interval } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import { foreignReservations, hypervisorMemory, memoryToReserve } from './memory.ts'
import page from './memory-of-firmware.md'
import { isLive } from './subject.ts'
import { basis, relatedFacts } from './words.ts'

/** OP-TEE, TF-A, remote processors and ramoops keep memory that nobody else may touch. */
export const memoryOfFirmware: BoardRule = {
  kind: 'board',
  code: 'JH923',
  id: 'memory-of-firmware',
  title: 'Jailhouse memory reserved for another purpose',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const foreign = foreignReservations(subject)
    const regions = [hypervisorMemory(subject), ...[...memoryToReserve(subject)].map(({ region }) => region)]
    for (const region of regions) {
      const taken = foreign.find(({ range }) => overlap(range, phys(region)))
      if (!taken) continue
      yield {
        span: at(region, 'phys_start'),
        severity: isLive(taken) ? 'warning' : 'information',
        headline: `${interval(phys(region))} overlaps the reservation ${taken.name}`,
        notes: [`${taken.name} reserves ${interval(taken.range)}`, basis(taken)],
        help: 'use memory that is reserved for Jailhouse',
        ...relatedFacts([taken, `${taken.name} ${interval(taken.range)}`]),
        key: `${interval(phys(region))} ${taken.name}`,
      }
    }
  },
}
