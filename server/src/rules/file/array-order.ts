import { asStruct } from '../../c/unit.ts'
import type { CType } from '../../c/values/types.ts'
import type { CellConfig, DeclaredArray } from '../../config/model.ts'
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
    const orderOf = ({ entry }: DeclaredArray) => order.indexOf(entry.name)
    const inOrder = longestInOrder(cell.arrays, orderOf)
    for (const [i, array] of cell.arrays.entries()) {
      if (inOrder.has(array)) continue
      const next = cell.arrays.slice(0, i).find(earlier => orderOf(array) < orderOf(earlier))
      const last = cell.arrays.slice(i + 1).findLast(later => orderOf(later) < orderOf(array))
      const [moved, other, side] = next ? [array, next, 'before'] : [array, last ?? array, 'after']
      yield {
        span: atDeclaration(moved),
        headline: `${moved.member} is declared ${next ? 'after' : 'before'} ${other.member}`,
        notes: [`Jailhouse reads ${order.join(', ')} in this order: both are read from wrong bytes`],
        help: `declare ${moved.member} ${side} ${other.member}`,
        related: [{ span: atDeclaration(other), text: `${other.member} is declared here` }],
        key: moved.member,
      }
    }
    yield* strangers(cell)
  },
}

/** The most arrays that stand in order: the others are those to move. Of two the first stays. */
function longestInOrder(
  arrays: readonly DeclaredArray[],
  orderOf: (array: DeclaredArray) => number,
): ReadonlySet<DeclaredArray> {
  const runs: (readonly DeclaredArray[])[] = []
  for (const array of arrays) {
    const before = runs.filter(run => orderOf(run.at(-1) ?? array) <= orderOf(array))
    const longest = before.reduce<readonly DeclaredArray[]>((a, b) => (a.length < b.length ? b : a), [])
    runs.push([...longest, array])
  }
  return new Set(runs.reduce<readonly DeclaredArray[]>((a, b) => (a.length < b.length ? b : a), []))
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
