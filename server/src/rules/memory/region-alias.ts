import type { MemoryRegion } from '../../config/model.ts'
import { at, describe, describeRange, keyOf } from '../places.ts'
import type { CellRule } from '../rule.ts'
import { physOverlaps } from './overlaps.ts'
import page from './region-alias.md'

/** One piece of memory at two addresses of a cell: legal for a CPU, but regions are taken and given back one by one. */
export const regionAlias: CellRule = {
  kind: 'cell',
  code: 'JH203',
  id: 'region-alias',
  title: 'Regions of a cell do not lie over each other in the machine',
  severity: 'warning',
  constraints: ['mem-phys-overlap'],
  page,
  *check(cell) {
    for (const { first, second, shared } of physOverlaps(cell.mem_regions))
      if (hasOwnOffset(first, second))
        yield {
          span: at(second, 'phys_start'),
          headline: `region ${second.index} is the same memory as region ${first.index} in ${describeRange(shared)}: the cell sees it at two addresses and can overwrite one through the other`,
          related: [{ span: at(first, 'phys_start'), text: describe(first) }],
          key: `${keyOf(first)} ${keyOf(second)}`,
        }
  },
}

/** Regions with one offset overlap where the cell sees them as well, and that is told already. */
const hasOwnOffset = (first: MemoryRegion, second: MemoryRegion): boolean =>
  first.phys_start - first.virt_start !== second.phys_start - second.virt_start
