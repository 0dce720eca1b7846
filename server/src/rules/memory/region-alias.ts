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
  covers: ['mem-phys-overlap'],
  page,
  *check(cell) {
    for (const { first, second, shared } of physOverlaps(cell.mem_regions))
      yield {
        at: at(second, 'phys_start'),
        message: `region ${second.index} is the same memory as region ${first.index} in ${describeRange(shared)}: ${writes(first, second)}`,
        related: [{ at: at(first, 'phys_start'), message: describe(first) }],
        key: `${keyOf(first)} ${keyOf(second)}`,
      }
  },
}

const writes = (first: MemoryRegion, second: MemoryRegion): string =>
  first.virt_start === second.virt_start
    ? 'is one of them meant to lie elsewhere?'
    : `the cell sees it at two addresses and can overwrite one through the other`
