import { MEM_NO_HUGEPAGES } from '../../config/constants.ts'
import { ALL_MEMORY_FLAGS } from '../../config/flags.ts'
import { has, isSubPage } from '../../config/ranges.ts'
import { at, describe, hex, keyOf } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './unknown-flags.md'

export const unknownFlags: CellRule = {
  kind: 'cell',
  code: 'JH213',
  id: 'unknown-memory-flags',
  title: 'The flags of a region are JAILHOUSE_MEM flags',
  severity: 'warning',
  constraints: ['mem-unknown-flags', 'rev-mem-io-unaligned'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      const unknown = region.flags & ~ALL_MEMORY_FLAGS
      if (unknown !== 0n)
        yield {
          span: at(region, 'flags'),
          headline: `${hex(unknown)} is no JAILHOUSE_MEM flag: the hypervisor ignores it; is it a flag of another field?`,
          key: keyOf(region),
        }
      if (has(region, MEM_NO_HUGEPAGES) && isSubPage(region))
        yield {
          span: at(region, 'flags'),
          headline: `${describe(region)} is not made of whole pages, so JAILHOUSE_MEM_NO_HUGEPAGES says nothing of it; until revision 12 its bit 0x100 was JAILHOUSE_MEM_IO_UNALIGNED, which is 0x8000 today`,
          key: `${keyOf(region)} unaligned`,
        }
    }
  },
}
