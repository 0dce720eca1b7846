import { operatorsIn, writtenNumbers } from '../../config/constant-names.ts'
import { cellOf } from '../../config/model.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { hex } from '../../text/words.ts'
import type { ConfigRule } from '../rule.ts'
import page from './flag-operators.md'

export const flagOperators: ConfigRule = {
  kind: 'config',
  code: 'JH136',
  id: 'flag-operators',
  title: 'Flags not joined by |',
  severity: 'error',
  constraints: [],
  charges: 'flags',
  page,
  *check(config) {
    const cell = cellOf(config)
    for (const number of writtenNumbers(cell))
      for (const { text, span, isHere } of operatorsIn(number, cell.header))
        yield {
          span,
          headline: `flags are joined by "${text}" instead of "|"`,
          notes: [`the field has the value ${hex(number.value)}`],
          help: 'join flags by |',
          key: number.field,
          ...fixes(isHere ? fixOf('Replace by |', { edits: [{ span, text: '|' }] }) : undefined),
        }
  },
}
