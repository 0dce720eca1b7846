import { MEM_COMM_REGION } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { has } from '../../config/ranges.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './comm-several.md'

export const commSeveral: CellRule = {
  kind: 'cell',
  code: 'JH224',
  id: 'comm-several',
  title: 'Second communication region',
  severity: 'warning',
  constraints: ['comm-count'],
  charges: 'extent',
  page,
  *check(cell) {
    const [first, ...others] = cell.mem_regions.filter(region => has(region, MEM_COMM_REGION))
    for (const region of others)
      yield {
        span: at(region),
        headline: `${regionName(region)} is a second communication region`,
        notes: [`the cell sees one page at ${hex(first?.virt_start ?? 0n)} and ${hex(region.virt_start)}`],
        related: first ? [{ span: at(first), text: 'first communication region' }] : [],
        key: keyOf(region),
      }
  },
}
