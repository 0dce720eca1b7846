import { asStruct } from '../../c/unit.ts'
import type { CType } from '../../c/values/types.ts'
import type { CellConfig } from '../../config/model.ts'
import { atDeclaration } from '../../config/places.ts'
import { primarySpan } from '../../text/origin.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './array-order.md'

export const arrayOrder: CellRule = {
  kind: 'cell',
  code: 'JH122',
  id: 'array-order',
  title: 'Misplaced member behind the descriptor',
  severity: 'error',
  constraints: ['layout-array-order', 'layout-extra-member', 'layout-elem-type'],
  page,
  *check(cell) {
    const order = cell.header.arrays.map(({ name }) => name)
    for (const [i, array] of cell.arrays.entries()) {
      const place = order.indexOf(array.entry.name)
      const later = cell.arrays.slice(i + 1).find(({ entry }) => order.indexOf(entry.name) < place)
      if (later)
        yield {
          span: atDeclaration(later),
          headline: `${later.member} is declared after ${array.member}`,
          notes: [`Jailhouse reads ${order.join(', ')} in this order: both are read from wrong bytes`],
          help: `declare ${later.member} before ${array.member}`,
          related: [{ span: atDeclaration(array), text: `${array.member} is declared here` }],
          key: later.member,
        }
    }
    yield* strangers(cell)
  },
}

/** A struct that nothing defines is charged itself. */
const isUndefined = (type: CType): boolean =>
  type.kind === 'array' ? isUndefined(type.element) : asStruct(type)?.incomplete === true

/** What an accessor of a fork's header answers bytes of may be declared as a struct. */
function* strangers({ whole, source, arrays, header }: CellConfig): Iterable<RawFinding> {
  if (!whole || whole === source) return
  for (const [i, { name, type, origin }] of whole.type.members.entries()) {
    if (i === 0 || arrays.some(({ member }) => member === name)) continue
    const isEmpty = type.kind === 'array' && type.length === 0
    const isRead = type.kind !== 'array' && header.accessed.includes(name ?? '')
    if (!isEmpty && !isRead && !isUndefined(type))
      yield {
        span: primarySpan(origin),
        headline: `${name ?? 'unnamed member'} is not an array of a configuration`,
        notes: ['its bytes are read as the next array'],
        key: name ?? '',
      }
  }
}
