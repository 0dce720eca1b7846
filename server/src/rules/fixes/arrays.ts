import type { CellConfig, DeclaredArray } from '../../config/model.ts'
import { primarySpan } from '../../text/origin.ts'
import { type Change, together } from './change.ts'
import { editable, setField } from './fields.ts'
import { withItsLines } from './surroundings.ts'

/** Declares an array with another length; a length out of a macro is left alone. */
export function setLength(array: DeclaredArray, length: number): Change | undefined {
  const at = array.lengthAt
  if (!at || at.expandedAt) return undefined
  return { edits: [{ span: at.spelled, text: String(length) }] }
}

/** Lets the count follow its array: `ARRAY_SIZE(config.mem_regions)`, for CPUs `sizeof(config.cpus)`. */
export function setCount(cell: CellConfig, array: DeclaredArray): Change | undefined {
  const member = `${objectName(cell)}.${array.member}`
  const { count, unit } = array.entry
  return setField(cell, count, unit === 'byte' ? `sizeof(${member})` : `ARRAY_SIZE(${member})`)
}

/** The name of the object, in front of the `=` before its initializer. */
function objectName(cell: CellConfig): string {
  const origin = cell.whole?.origin
  if (!origin) return 'config'
  const { file, start } = primarySpan(origin)
  return /(\w+)\s*=\s*$/.exec(file.text.slice(Math.max(0, start - 200), start))?.[1] ?? 'config'
}

/** Takes an element out of the initializer of an array, with the line it stands on. */
export function removeElement(array: DeclaredArray, index: number): Change | undefined {
  const origin = array.value.items[index]?.origin
  if (!origin || origin.expandedAt) return undefined
  return { edits: [{ span: withItsLines(origin.spelled), text: '' }], unsafe: true }
}

/** Gives an element that is a plain number another value. */
export function setElement(array: DeclaredArray, index: number, text: string): Change | undefined {
  const at = editable(array.value.items[index]?.origin)
  return at && { edits: [{ span: at, text }] }
}

/** Takes an element out and declares the array and its count one shorter: nothing zero-filled stays behind. */
export function dropElement(cell: CellConfig, array: DeclaredArray, index: number): Change | undefined {
  return together(removeElement(array, index), setLength(array, array.length - 1), setCount(cell, array))
}
