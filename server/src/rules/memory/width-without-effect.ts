import { MEM_COMM_REGION, MEM_IO_UNALIGNED, MEM_IO_WIDTHS } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { MEMORY_FLAGS } from '../../config/flags.ts'
import { atFlag, keyOf } from '../../config/places.ts'
import { has, hasAny, isSubPage } from '../../config/ranges.ts'
import { fixes, fixOf, together } from '../../edit/change.ts'
import { removeFlag } from '../../edit/flags.ts'
import type { CellRule } from '../rule.ts'
import page from './width-without-effect.md'

/** Access widths are looked at in `mmio.c` only, that is for trapped regions. */
export const widthWithoutEffect: CellRule = {
  kind: 'cell',
  code: 'JH209',
  id: 'width-without-effect',
  title: 'Access width without effect',
  severity: 'hint',
  constraints: ['mem-width-on-full-page'],
  rests: ['flags'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      if (region.size === 0n || isSubPage(region) || has(region, MEM_COMM_REGION)) continue
      if (!hasAny(region, MEM_IO_WIDTHS | MEM_IO_UNALIGNED)) continue
      const names = MEMORY_FLAGS.filter(
        ({ bit }) => has(region, bit) && hasAny({ flags: bit }, MEM_IO_WIDTHS | MEM_IO_UNALIGNED),
      ).map(({ name }) => name)
      yield {
        span: atFlag(region, 'flags', names[0] ?? ''),
        headline: `${names.length === 1 ? `${names[0]} has` : 'access widths have'} no effect on ${regionName(region)}`,
        notes: [
          'its pages are mapped directly, so accesses of any width work',
          ...(names.length === 1 ? [] : [`without effect: ${names.join(', ')}`]),
        ],
        unnecessary: true,
        key: keyOf(region),
        ...(names.length === 1 &&
          fixes(fixOf(`Remove ${names[0]}`, together(...names.map(name => removeFlag(region, 'flags', name)))))),
      }
    }
  },
}
