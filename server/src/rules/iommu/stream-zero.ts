import { at, interval } from '../places.ts'
import type { SimulationRule } from '../rule.ts'
import { pvuStreams } from './pvu.ts'
import { merged, residuesOf } from './residues.ts'
import page from './stream-zero.md'

/** `pvu_iommu_flush_context` loops `while (tlbnum)`, so TLB 0 is never flushed. */
export const streamZero: SimulationRule = {
  kind: 'simulation',
  code: 'JH311',
  id: 'stream-zero',
  title: 'No inmate has stream 0 of a PVU',
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
          headline: `stream 0 keeps its entries when "${cell.name}" is destroyed: its devices still reach ${merged(ranges).map(interval).join(' and ')}, which is the root's again, and creating the cell once more answers EINVAL; use one of the streams 1 to 7`,
          key: cell.name,
        }
    }
  },
}
