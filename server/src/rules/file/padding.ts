import { sizeOf } from '../../c/values/types.ts'
import { primarySpan } from '../../text/origin.ts'
import { count } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './padding.md'

/** The accessors add sizes up; what a compiler puts between members is not in the sum. */
export const padding: CellRule = {
  kind: 'cell',
  code: 'JH123',
  id: 'padding',
  title: 'Padding between the arrays',
  severity: 'error',
  constraints: ['layout-not-packed'],
  page,
  *check({ whole, source }) {
    if (!whole || whole === source) return
    let end = 0
    for (const { name, type, offset, origin } of whole.type.members) {
      if (offset > end) {
        yield {
          span: primarySpan(origin),
          headline: `${count(offset - end, 'byte')} of padding before ${name}`,
          notes: ['Jailhouse expects none and reads all that follows from wrong bytes'],
          help: 'declare the struct __attribute__((packed))',
        }
        return
      }
      end = offset + sizeOf(type)
    }
  },
}
