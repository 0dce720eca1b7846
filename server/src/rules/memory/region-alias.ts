import { regionAt, regionNames } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import type { Range } from '../../config/ranges.ts'
import { describeRange } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import { physOverlaps } from './overlaps.ts'
import page from './region-alias.md'

/** One part of memory at two addresses of a cell: legal for a CPU, but regions are taken and given back one by one. */
export const regionAlias: CellRule = {
  kind: 'cell',
  code: 'JH203',
  id: 'region-alias',
  title: 'Memory at two guest addresses',
  severity: 'warning',
  constraints: ['mem-phys-overlap'],
  page,
  *check(cell) {
    for (const { first, second, shared } of physOverlaps(cell.mem_regions))
      if (hasOwnOffset(first, second)) yield aliasFault(first, second, shared)
  },
}

function aliasFault(first: MemoryRegion, second: MemoryRegion, shared: Range): RawFinding {
  const [former, latter] = regionNames(first, second)
  return {
    span: at(second, 'phys_start'),
    headline: `${latter} maps the same memory as ${former}`,
    notes: [`the cell sees ${describeRange(shared)} at two addresses; writes through one change the other`],
    related: [{ span: at(first, 'phys_start'), text: regionAt(first) }],
    key: `${keyOf(first)} ${keyOf(second)}`,
  }
}

/** Regions with one offset overlap where the cell sees them as well, and that is reported already. */
const hasOwnOffset = (first: MemoryRegion, second: MemoryRegion): boolean =>
  first.phys_start - first.virt_start !== second.phys_start - second.virt_start
