import { regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { isSubPage, MiB } from '../../config/ranges.ts'
import { hex, humanSize } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './small-pages.md'

const HUGE = 2n * MiB

/** From here on page tables are worth a word: 256 KiB of them for 128 MiB. */
const LARGE = 64n * MiB

export const smallPages: CellRule = {
  kind: 'cell',
  code: 'JH250',
  id: 'small-pages',
  title: 'Large region mapped by 4 KiB pages',
  severity: 'information',
  constraints: ['mem-hugepage-misaligned'],
  rests: ['extent'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      const { phys_start, virt_start, size } = region
      if (size < LARGE || isSubPage(region) || (phys_start ^ virt_start) % HUGE === 0n) continue
      yield {
        span: at(region, 'phys_start'),
        headline: `${regionName(region)} is mapped by 4 KiB pages only`,
        notes: [
          `${hex(phys_start)} and ${hex(virt_start)} differ modulo 2 MiB`,
          `its page tables take ${humanSize((size / HUGE) * 4096n)} of hypervisor memory`,
        ],
        help: 'make virt_start and phys_start equal modulo 2 MiB',
        key: keyOf(region),
      }
    }
  },
}
