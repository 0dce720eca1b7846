import { MEM_LOADABLE, MEM_READ } from '../../config/constants.ts'
import { entryOf } from '../../config/cpus.ts'
import { has, isSubPage, virt } from '../../config/ranges.ts'
import { regionName, regionSeenAt } from '../element-name.ts'
import { at, hex } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './reset-address.md'

export const resetAddress: CellRule = {
  kind: 'cell',
  code: 'JH231',
  id: 'reset-address',
  title: 'Reset address outside loadable memory',
  severity: 'error',
  constraints: ['load-reset-not-loadable', 'rev-reset-address'],
  complete: ['mem_regions'],
  page,
  *check(cell) {
    if (cell.isRoot || cell.mem_regions.length === 0) return
    const entry = entryOf(cell)
    if (entry === undefined) return
    const region = cell.mem_regions.findLast(
      region => virt(region).start <= entry && entry < virt(region).end && !isSubPage(region),
    )
    if (region && has(region, MEM_READ | MEM_LOADABLE)) return
    yield {
      span: at(cell, 'cpu_reset_address'),
      ...(region && has(region, MEM_READ) && { severity: 'warning' as const }),
      headline: region
        ? `reset address ${hex(entry)} is in memory that is not ${has(region, MEM_READ) ? 'loadable' : 'readable'}`
        : `reset address ${hex(entry)} is not mapped in the cell`,
      notes: [
        region
          ? `the first CPU starts in ${regionName(region)}, which no image can be loaded into`
          : 'the first CPU is parked at its first instruction',
      ],
      ...(region && { related: [{ span: at(region), text: regionSeenAt(region) }] }),
    }
  },
}
