import { regionAt, regionNames } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { describeRange } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import { bySecond, type Overlap, others, physOverlaps, relatedTo } from './overlaps.ts'
import page from './region-alias.md'

/** One part of memory at two addresses of a cell: legal for a CPU, but regions are taken and given back one by one. */
export const regionAlias: CellRule = {
  kind: 'cell',
  code: 'JH203',
  id: 'region-alias',
  title: 'Memory at two guest addresses',
  severity: 'warning',
  constraints: ['mem-phys-overlap'],
  rests: ['extent'],
  page,
  *check(cell) {
    const aliases = [...physOverlaps(cell.mem_regions)].filter(({ first, second }) => hasOwnOffset(first, second))
    for (const group of bySecond(aliases)) yield aliasFault(group)
  },
}

function aliasFault(group: readonly [Overlap, ...Overlap[]]): RawFinding {
  const [{ first, second, shared }] = group
  const [former, latter] = regionNames(first, second)
  return {
    span: at(second, 'phys_start'),
    headline: `${latter} maps the same memory as ${former}${others(group)}`,
    notes: [`the cell sees ${describeRange(shared)} at two addresses; writes through one change the other`],
    related: relatedTo(group, region => ({ span: at(region, 'phys_start'), text: regionAt(region) })),
    key: `${keyOf(first)} ${keyOf(second)}`,
  }
}

/** Regions with one offset overlap where the cell sees them as well, and that is reported already. */
const hasOwnOffset = (first: MemoryRegion, second: MemoryRegion): boolean =>
  first.phys_start - first.virt_start !== second.phys_start - second.virt_start
