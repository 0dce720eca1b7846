import { MEM_NO_HUGEPAGES } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { ALL_MEMORY_FLAGS } from '../../config/flags.ts'
import { at, keyOf } from '../../config/places.ts'
import { has, isSubPage } from '../../config/ranges.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './unknown-flags.md'

export const unknownFlags: CellRule = {
  kind: 'cell',
  code: 'JH213',
  id: 'unknown-memory-flags',
  title: 'Unknown memory flag',
  severity: 'warning',
  constraints: ['mem-unknown-flags', 'rev-mem-io-unaligned'],
  rests: ['flags'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      const unknown = region.flags & ~ALL_MEMORY_FLAGS
      if (unknown !== 0n)
        yield {
          span: at(region, 'flags'),
          headline: `${hex(unknown)} is not a JAILHOUSE_MEM flag`,
          notes: ['the hypervisor ignores it; it may be a flag of another field'],
          key: keyOf(region),
        }
      if (has(region, MEM_NO_HUGEPAGES) && isSubPage(region))
        yield {
          span: at(region, 'flags'),
          headline: `JAILHOUSE_MEM_NO_HUGEPAGES has no effect on ${regionName(region)}`,
          notes: [
            'page tables do not map a sub-page region',
            'until revision 12 bit 0x100 was JAILHOUSE_MEM_IO_UNALIGNED, which is 0x8000 today',
          ],
          key: `${keyOf(region)} unaligned`,
        }
    }
  },
}
