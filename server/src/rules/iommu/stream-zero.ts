import { at } from '../../config/places.ts'
import { merge } from '../../text/range-set.ts'
import type { SimulationRule } from '../rule.ts'
import { pvuStreams } from './pvu.ts'
import { intervals, residuesOf } from './residues.ts'
import page from './stream-zero.md'

/** `pvu_iommu_flush_context` loops `while (tlbnum)`, so TLB 0 is never flushed. */
export const streamZero: SimulationRule = {
  kind: 'simulation',
  code: 'JH311',
  id: 'stream-zero',
  title: 'Stream 0 of a PVU assigned to an inmate',
  severity: 'error',
  constraints: ['pvu-virtid-zero'],
  page,
  *check(machine) {
    const left = residuesOf(machine).filter(
      ({ actor, owner }) => owner.isRoot && actor.kind === 'dma' && actor.through === 'entries' && actor.streamId === 0,
    )
    for (const cell of machine.scenario.cells) {
      const stream = pvuStreams(cell).find(({ id }) => id === 0)
      const ranges = left
        .filter(({ actor }) => actor.kind === 'dma' && actor.owners.includes(cell))
        .map(({ phys }) => phys)
      if (stream && ranges.length)
        yield {
          span: at(stream),
          headline: 'stream 0 keeps its PVU entries after destroy',
          notes: [
            `its devices can still access ${intervals(merge(ranges))}, which is returned to the root cell`,
            'TLB 0 is never flushed: creating the cell again fails with -EINVAL',
          ],
          help: 'use one of the streams 1-7',
          key: cell.name,
        }
    }
  },
}
