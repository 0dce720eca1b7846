import { declaratorAround } from '../c/raw/lists.ts'
import { isNumber, tokensWithin } from '../c/raw/tokens.ts'
import type { ArrayEntry } from '../config/arrays.ts'
import type { CellConfig, DeclaredArray } from '../config/model.ts'
import { originOf } from '../config/written.ts'
import { primarySpan } from '../text/origin.ts'
import { textOf } from '../text/source-file.ts'
import { type Change, NO_CHANGE, together } from './change.ts'
import { setField } from './fields.ts'
import { localMacro } from './macros.ts'

/** Declares an array with another length, in its declaration or in the user's own macro that says it. */
export function setLength(array: DeclaredArray, length: number): Change | undefined {
  const origin = array.lengthAt
  if (!origin || origin.expandedAt) return undefined
  const { file, start } = origin.spelled
  const macro = localMacro(file, textOf(origin.spelled), start)
  if (!macro) return { edits: [{ span: origin.spelled, text: String(length) }] }
  const { name, body, uses } = macro
  return isNumber(body) ? { edits: [{ span: body, text: String(length) }], macro: { name, uses } } : undefined
}

/** Lets the count follow its array. */
export const setCount = (cell: CellConfig, array: DeclaredArray): Change | undefined =>
  setField(cell, array.entry.count, countText(cell, array))

/** `ARRAY_SIZE(config.mem_regions)`, for CPUs `sizeof(config.cpus)` */
export const countText = (cell: CellConfig, { member, entry }: DeclaredArray): string =>
  countTextOf(cell, member, entry)

export function countTextOf(cell: CellConfig, name: string, { unit }: ArrayEntry): string {
  const member = `${objectName(cell)}.${name}`
  return unit === 'byte' ? `sizeof(${member})` : `ARRAY_SIZE(${member})`
}

function objectName(cell: CellConfig): string {
  const origin = cell.whole?.origin
  const name = origin && declaratorAround(primarySpan(origin).file, primarySpan(origin).start)
  return name ? textOf(name) : 'config'
}

/** Declares an array with so many elements, and sees to it that its count says so, or `used` at least. */
export function resized(cell: CellConfig, array: DeclaredArray, length: number, used = 0): Change | undefined {
  const step = array.entry.unit === 'byte' ? array.elementSize : 1
  const counted = Math.max(array.counted + (length - array.length) * step, used * step)
  return together(
    length === array.length ? NO_CHANGE : setLength(array, length),
    counted === array.counted || followsArray(cell, array)
      ? NO_CHANGE
      : setField(cell, array.entry.count, String(counted)),
  )
}

/** Whether the count is the size of its array rather than a number by itself. */
function followsArray(cell: CellConfig, { entry, member }: DeclaredArray): boolean {
  const origin = originOf(cell, entry.count)
  return origin !== undefined && tokensWithin(origin.spelled).some(({ text }) => text === member)
}
