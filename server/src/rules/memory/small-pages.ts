import { isSubPage, MiB } from '../../config/ranges.ts'
import { at, describe, hex, humanSize, keyOf } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './small-pages.md'

const HUGE = 2n * MiB

/** From here on page tables are worth a word: 256 KiB of them for 128 MiB. */
const LARGE = 64n * MiB

export const smallPages: CellRule = {
  kind: 'cell',
  code: 'JH250',
  id: 'small-pages',
  title: 'Large regions lie alike in the machine and in the cell',
  severity: 'information',
  constraints: ['mem-hugepage-misaligned'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      const { phys_start, virt_start, size } = region
      if (size < LARGE || isSubPage(region) || (phys_start ^ virt_start) % HUGE === 0n) continue
      yield {
        span: at(region, 'phys_start'),
        headline: `${describe(region)} is seen at ${hex(virt_start)}, which differs modulo 2 MiB: it is mapped by 4 KiB pages only, with ${humanSize((size / HUGE) * 4096n)} of page tables out of the hypervisor's memory; move one of the addresses`,
        key: keyOf(region),
      }
    }
  },
}
