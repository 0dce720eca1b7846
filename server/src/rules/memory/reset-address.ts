import { MEM_EXECUTE, MEM_LOADABLE } from '../../config/constants.ts'
import { entryOf } from '../../config/cpus.ts'
import { regionName, regionSeenAt } from '../../config/element-name.ts'
import { entryRegionOf, imageRegionOf } from '../../config/image-region.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { has } from '../../config/ranges.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { hex } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './reset-address.md'

export const resetAddress: CellRule = {
  kind: 'cell',
  code: 'JH231',
  id: 'reset-address',
  title: 'Reset address outside loadable and executable memory',
  severity: 'error',
  constraints: ['load-reset-not-loadable', 'rev-reset-address'],
  complete: ['mem_regions'],
  rests: ['extent', 'flags'],
  page,
  *check(cell) {
    if (cell.isRoot || cell.mem_regions.length === 0) return
    const entry = entryOf(cell)
    if (entry === undefined) return
    const region = entryRegionOf(cell)
    if (region && has(region, MEM_LOADABLE)) {
      if (!has(region, MEM_EXECUTE)) yield notExecutable(cell, region, entry)
      return
    }
    // What lacks a flag altogether is charged there.
    if (imageRegionOf(cell) === undefined && (region || !cell.mem_regions.some(each => has(each, MEM_LOADABLE)))) return
    if (region && !isWritten(cell, 'cpu_reset_address')) {
      yield notLoadable(region, entry)
      return
    }
    yield {
      span: at(cell, 'cpu_reset_address'),
      ...(region && { severity: 'warning' as const }),
      headline: region
        ? `reset address ${hex(entry)} is in memory that is not loadable`
        : `reset address ${hex(entry)} is not mapped in the cell`,
      notes: [
        region
          ? `the first CPU starts in ${regionName(region)}, which no image can be loaded into`
          : 'the first CPU is parked at its first instruction',
      ],
      ...(region && { related: [{ span: at(region, 'flags'), text: regionSeenAt(region) }] }),
    }
  },
}

/** Nobody chose where the CPU starts: what is there was meant to be loaded. */
const notLoadable = (region: MemoryRegion, entry: bigint): RawFinding => ({
  span: at(region, 'flags'),
  severity: 'warning',
  headline: `${regionName(region)} lacks JAILHOUSE_MEM_LOADABLE, but the first CPU starts in it`,
  notes: [`no image can be loaded to ${hex(entry)}, where cpu_reset_address is by default`],
  key: 'loadable',
  ...fixes(fixOf('Add JAILHOUSE_MEM_LOADABLE', addFlag(region, 'flags', 'JAILHOUSE_MEM_LOADABLE'))),
})

/** ARM maps every page executable: `arch_map_memory_region` leaves the flag out of account so far. */
function notExecutable(cell: CellConfig, region: MemoryRegion, entry: bigint): RawFinding {
  const isEnforced = cell.architecture === 'x86'
  return {
    span: at(region, 'flags'),
    severity: isEnforced ? 'error' : 'warning',
    headline: `${regionName(region)} lacks JAILHOUSE_MEM_EXECUTE, but the first CPU starts in it`,
    notes: [
      isEnforced
        ? `the CPU is parked at its first instruction, at ${hex(entry)}`
        : 'the ARM page tables of Jailhouse map every page executable so far: the flag has no effect there yet',
    ],
    key: 'execute',
    ...fixes(fixOf('Add JAILHOUSE_MEM_EXECUTE', addFlag(region, 'flags', 'JAILHOUSE_MEM_EXECUTE'))),
  }
}
