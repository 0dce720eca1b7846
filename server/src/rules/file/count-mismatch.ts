import type { Value } from '../../c/values/value.ts'
import type { ArrayEntry } from '../../config/arrays.ts'
import { lengthOf } from '../../config/bind-arrays.ts'
import type { CellConfig, DeclaredArray } from '../../config/model.ts'
import { at, atDeclaration } from '../../config/places.ts'
import { setCount } from '../../edit/arrays.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { removeField } from '../../edit/fields.ts'
import { count, hex } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './count-mismatch.md'
import { renameOf } from './renames.ts'

/** The accessors of `cell-config.h` find each array behind the counts of those before it; nobody compares the sizes. */
export const countMismatch: CellRule = {
  kind: 'cell',
  code: 'JH121',
  id: 'count-mismatch',
  title: 'Array count mismatch',
  severity: 'error',
  constraints: [
    'count-missing',
    'count-too-large',
    'count-too-small',
    'count-without-array',
    'file-size-mismatch',
    'cpu-set-size-mismatch',
    'tool-parse-trailing',
  ],
  page,
  *check(cell) {
    for (const entry of cell.header.arrays) {
      const array = cell.arrays.find(array => array.entry.name === entry.name)
      const counted = countedBy(cell, entry)
      if (array) yield* miscounted(cell, array)
      else if (counted > 0 && entry.known !== 'cpus' && cell.whole !== cell.source)
        yield withoutArray(cell, entry, counted)
    }
  },
}

function countedBy({ source }: CellConfig, { count }: ArrayEntry): number {
  const value = source?.fields.get(count)?.value
  return value?.kind === 'int' ? Number(value.value) : 0
}

function* miscounted(cell: CellConfig, array: DeclaredArray): Iterable<RawFinding> {
  const { entry, member, counted } = array
  const length = lengthOf(array)
  if (counted === length || isOfOlderCount(array)) return
  const shifted = cell.arrays.slice(cell.arrays.indexOf(array) + 1).find(later => later.counted > 0)
  yield {
    span: at(cell, entry.count),
    severity: counted > length || shifted || entry.unit === 'byte' || isRefused(array) ? 'error' : 'warning',
    headline: `${entry.count} is ${counted}, but ${member} has ${count(length, entry.unit)}`,
    notes: [...(isRefused(array) ? [REFUSED] : []), effect(array, length, shifted), ...readings(cell, array, shifted)],
    related: [{ span: atDeclaration(array), text: `${member} is declared here` }],
    key: entry.count,
    ...fixes(fixOf(`Compute ${entry.count} from ${member}`, setCount(cell, array))),
  }
}

/** An array that an older revision counted in a field of another name: that name is charged, and says what to write. */
const isOfOlderCount = ({ member, counted }: DeclaredArray): boolean => counted === 0 && renameOf(member) !== undefined

/** The driver copies the regions: of none there is nothing to copy. */
const isRefused = ({ entry, counted }: DeclaredArray): boolean => entry.known === 'mem_regions' && counted === 0

const REFUSED = 'without any region the driver refuses the cell with -ENOMEM, "Cannot allocate memory"'

function effect({ member, counted }: DeclaredArray, length: number, shifted: DeclaredArray | undefined): string {
  if (counted > length) return `Jailhouse reads past the end of ${member}`
  if (shifted) return `${shifted.member} is read from the bytes of ${member}`
  return counted === 0 ? `${member} is ignored` : `the rest of ${member} is ignored`
}

/** The first element of which the hypervisor reads other bytes than those written for it, and what they say there. */
function readings(cell: CellConfig, array: DeclaredArray, shifted: DeclaredArray | undefined): readonly string[] {
  const isLonger = lengthOf(array) < array.counted
  const misread = isLonger ? array : shifted
  if (!cell.asRead || !misread || misread.name === 'cpus') return []
  const index = isLonger ? array.length : 0
  const read = cell.asRead.arrays.find(({ entry }) => entry.name === misread.entry.name)?.value.items[index]
  const name = `${misread.member}[${index}]`
  return read
    ? [`${name} is read as ${valueText(read)}`]
    : [`${name} lies behind the end of the configuration, where bytes are not known`]
}

/** Numbers of a struct that a note has room for. */
const MAX_FIELDS = 4

const valueText = (value: Value): string => {
  if (value.kind === 'int') return hex(BigInt.asUintN(value.type.size * 8, value.value))
  if (value.kind !== 'struct') return 'something else'
  const numbers = [...value.fields].flatMap(([name, field]) =>
    field.value.kind === 'int' ? [`.${name} = ${valueText(field.value)}`] : [],
  )
  return `{ ${numbers.slice(0, MAX_FIELDS).join(', ')}${numbers.length > MAX_FIELDS ? ', …' : ''} }`
}

const withoutArray = (cell: CellConfig, { name, count: field }: ArrayEntry, counted: number): RawFinding => ({
  span: at(cell, field),
  headline: `${field} is ${counted}, but the cell has no ${name}`,
  notes: ['Jailhouse reads whatever bytes follow'],
  key: field,
  ...fixes(fixOf(`Remove ${field}`, removeField(cell, field))),
})
