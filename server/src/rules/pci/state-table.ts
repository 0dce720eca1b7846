import { MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { has, isAligned } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag, removeFlag } from '../../edit/flags.ts'
import { at, bdf, describe, hex } from '../places.ts'
import type { CellRule } from '../rule.ts'
import { sectionsOf } from './sections.ts'
import page from './state-table.md'

/** `ivshmem_map_state_table` maps the page of `phys_start` and writes each peer's word there. */
export const stateTable: CellRule = {
  kind: 'cell',
  code: 'JH521',
  id: 'state-table',
  title: 'A state table is a page the peers only read',
  severity: 'error',
  constraints: ['ivshmem-state-table', 'shmem-net-macro-count', 'rev-shmem-net-count'],
  page,
  *check(cell) {
    for (const { device, state } of sectionsOf(cell)) {
      const name = `the state table of ${bdf(device.bdf)}`
      const related = [
        { span: at(device, 'shmem_regions_start'), text: `${bdf(device.bdf)} begins with region ${state.index}` },
      ]
      const key = bdf(device.bdf)
      if (state.size < BigInt(4 * device.shmem_peers))
        yield {
          span: at(state, 'size'),
          headline: `${name}, region ${state.index}, has ${hex(state.size)} bytes, too few for a word of each of ${device.shmem_peers} peers: the hypervisor writes past it; does shmem_regions_start name the right region?`,
          related,
          key,
        }
      else if (!isAligned(state.phys_start))
        yield {
          span: at(state, 'phys_start'),
          headline: `${name} at ${hex(state.phys_start)} does not begin a page: the hypervisor writes to the page's start`,
          related,
          key,
        }
      else if (!has(state, MEM_READ))
        yield {
          span: at(state, 'flags'),
          headline: `${name}, ${describe(state)}, cannot be read: a driver that looks at it is parked; add JAILHOUSE_MEM_READ`,
          related,
          key,
          ...fixes(fixOf('Add JAILHOUSE_MEM_READ', addFlag(state, 'flags', 'JAILHOUSE_MEM_READ'))),
        }
      else if (has(state, MEM_WRITE))
        yield {
          span: at(state, 'flags'),
          severity: 'warning',
          headline: `${name}, ${describe(state)}, can be written: a peer can forge the state of others; remove JAILHOUSE_MEM_WRITE`,
          related,
          key,
          ...fixes(fixOf('Remove JAILHOUSE_MEM_WRITE', removeFlag(state, 'flags', 'JAILHOUSE_MEM_WRITE'))),
        }
    }
  },
}
