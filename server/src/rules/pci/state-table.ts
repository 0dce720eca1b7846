import { MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { has, isAligned } from '../../config/ranges.ts'
import { isDoubtful, sectionsOf } from '../../config/section-fit.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag, removeFlag } from '../../edit/flags.ts'
import { bdf, count, hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './state-table.md'

/** `ivshmem_map_state_table` maps the page of `phys_start` and writes each peer's word there. */
export const stateTable: CellRule = {
  kind: 'cell',
  code: 'JH521',
  id: 'state-table',
  title: 'Invalid state table of a shared-memory device',
  severity: 'error',
  constraints: ['ivshmem-state-table', 'shmem-net-macro-count', 'rev-shmem-net-count'],
  rests: ['extent', 'flags'],
  indexes: ['mem_regions'],
  page,
  *check(cell) {
    for (const { device, state, isCut } of sectionsOf(cell)) {
      if (isCut && state.size === 0n) continue
      const name = `the state table of ${bdf(device.bdf)}`
      const related = [
        { span: at(device, 'shmem_regions_start'), text: `${bdf(device.bdf)} begins with region ${state.index}` },
      ]
      const key = bdf(device.bdf)
      const isCertain = !isDoubtful(cell, device)
      if (!isCut && state.size < BigInt(4 * device.shmem_peers))
        yield {
          span: at(state, 'size'),
          headline: `${name} is too small for ${count(device.shmem_peers, 'peer')}`,
          notes: [`it has ${hex(state.size)} bytes, and each peer takes 4: the hypervisor writes past it`],
          help: 'check shmem_regions_start',
          related,
          key,
        }
      else if (!isAligned(state.phys_start))
        yield {
          span: at(state, 'phys_start'),
          headline: `${name} at ${hex(state.phys_start)} is not page-aligned`,
          notes: ['the hypervisor writes to the start of the page'],
          related,
          key,
        }
      else if (!has(state, MEM_READ))
        yield {
          span: at(state, 'flags'),
          headline: `${name} is not readable`,
          notes: ['the first read of a driver parks the CPU'],
          related,
          key,
          ...fixes(fixOf('Add JAILHOUSE_MEM_READ', addFlag(state, 'flags', 'JAILHOUSE_MEM_READ'), isCertain)),
        }
      else if (has(state, MEM_WRITE))
        yield {
          span: at(state, 'flags'),
          severity: 'warning',
          headline: `${name} is writable`,
          notes: ['this cell can forge the state of its peers'],
          related,
          key,
          ...fixes(fixOf('Remove JAILHOUSE_MEM_WRITE', removeFlag(state, 'flags', 'JAILHOUSE_MEM_WRITE'), isCertain)),
        }
    }
  },
}
