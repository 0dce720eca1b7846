import type { CellConfig } from '../../config/model.ts'
import type { Range } from '../../config/ranges.ts'
import { arrayOf, hex } from '../places.ts'
import { type Change, together } from './change.ts'
import { grown } from './split.ts'
import { commaAfter, indentAt, insertion, newlineOf } from './surroundings.ts'

/** Adds an identity-mapped region behind the last one, so that no index into the array changes. */
export function appendRegion(cell: CellConfig, range: Range, flags: readonly string[]): Change | undefined {
  const array = arrayOf(cell, 'mem_regions')
  const last = array?.value.items[array.initialised - 1]?.origin
  if (!array || !last || last.expandedAt) return undefined
  const { file, start, end } = last.spelled
  const newline = newlineOf(file.text)
  const indent = indentAt(file.text, start)
  const step = indent.includes(' ') ? '  ' : '\t'
  const fields = [
    `.phys_start = ${hex(range.start)},`,
    `.virt_start = ${hex(range.start)},`,
    `.size = ${hex(range.end - range.start)},`,
    `.flags = ${flags.join(' | ')},`,
  ]
  const text = [`${indent}{`, ...fields.map(field => indent + step + field), `${indent}},`].join(newline)
  const comma = commaAfter(last.spelled)
  const edit = insertion(
    file,
    comma === undefined ? end : comma + 1,
    `${comma === undefined ? ',' : ''}${newline}${text}`,
  )
  return together({ edits: [edit], unsafe: true }, grown(cell, array, 1))
}
