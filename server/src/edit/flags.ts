import { type Operand, type OrList, orListIn } from '../c/raw/operands.ts'
import type { Located } from '../config/model.ts'
import { originOf } from '../config/written.ts'
import { blankEnd, hasLineBreak, indentAt, lineStart, newlineOf, nextLine } from '../text/lines.ts'
import type { Origin } from '../text/origin.ts'
import { type Edit, type Span, textOf } from '../text/source-file.ts'
import type { Change } from './change.ts'
import { insertField } from './fields.ts'
import { indentStep, insertion, spanAt } from './layout.ts'
import { knowsNames, localMacro } from './macros.ts'

/** Adds a constant to a list of flags, however it is written. */
export function addFlag(located: Located, field: string, flag: string): Change | undefined {
  const origin = originOf(located, field)
  if (!origin) return insertField(located, field, flag)
  const list = flagListAt(origin)
  if (!list || !knowsNames(list.span.file, flag)) return undefined
  const edit = appended(list.span, flag)
  return edit && { ...list.change, edits: [edit] }
}

/** Takes a constant out of a list of flags, or out of a macro of the user's own that brings it there. */
export function removeFlag(located: Located, field: string, flag: string): Change | undefined {
  const origin = originOf(located, field)
  const list = origin && flagListAt(origin)
  if (!list) return undefined
  const edit = cutOut(list.span, flag)
  return edit ? { ...list.change, edits: [edit] } : removedFromMacroIn(list.span, flag)
}

/** Masks a constant out where a list is used; the list itself, be it a macro's, stays as it is. */
export function maskFlag(located: Located, field: string, flag: string): Change | undefined {
  const origin = originOf(located, field)
  const list = origin && !origin.expandedAt ? orListIn(origin.spelled) : undefined
  if (!origin || !list || !knowsNames(origin.spelled.file, flag)) return undefined
  const text = textOf(origin.spelled)
  const isName = list.operands.length === 1 && list.operands[0]?.name === text
  return { edits: [{ span: origin.spelled, text: `${isName ? text : `(${text})`} & ~${flag}` }] }
}

interface FlagList {
  readonly span: Span
  readonly change: Omit<Change, 'edits'>
}

/** The text that spells a list where it is initialised, or the body of the user's macro that stands there alone. */
function flagListAt(origin: Origin): FlagList | undefined {
  if (origin.expandedAt) return undefined
  const { file, start } = origin.spelled
  const macro = localMacro(file, textOf(origin.spelled), start)
  if (!macro) return { span: origin.spelled, change: {} }
  return { span: macro.body, change: { macro: { name: macro.name, uses: macro.uses } } }
}

function removedFromMacroIn(list: Span, flag: string): Change | undefined {
  for (const { name } of orListIn(list)?.operands ?? []) {
    const macro = name === undefined ? undefined : localMacro(list.file, name, list.start)
    const edit = macro && cutOut(macro.body, flag)
    if (edit) return { edits: [edit], macro: { name: macro.name, uses: macro.uses } }
  }
  return undefined
}

const WIDTH = 80

/** ` | flag` at the end of a list, inside parentheses around all of it, on a new line where this one is full. */
function appended(span: Span, flag: string): Edit | undefined {
  const list = orListIn(span)
  if (!list || list.operands.some(({ name }) => name === flag)) return undefined
  if (isZero(list)) return { span, text: flag }
  if (!list.isPlain) return { span, text: `(${textOf(span)}) | ${flag}` }
  const { end } = list.inside
  const isFull = WIDTH < columnOf(list.inside) + ` | ${flag},`.length
  return insertion(span.file, end, isFull && canWrap(span) ? wrapped(span, end, flag) : ` | ${flag}`)
}

/** `0`, `0x0`, `0ULL`: what flags add to makes them needless. */
function isZero({ operands }: OrList): boolean {
  const digits = operands.length === 1 ? [...textOf(operands[0]!)] : []
  return digits[0] === '0' && digits.every(digit => '0xXuUlL'.includes(digit))
}

/** The column behind a place, tabs counted as eight. */
function columnOf({ file: { text }, end }: Span): number {
  return text.slice(lineStart(text, end), end).replaceAll('\t', ' '.repeat(8)).length
}

/** An element on one line with other fields keeps it. */
function canWrap({ file: { text }, start, end }: Span): boolean {
  const line = text.slice(lineStart(text, start), start).trimStart()
  return hasLineBreak(text.slice(start, end)) || line.startsWith('.') || line.startsWith('#')
}

/** The line break and indentation of the lines the list already has, or one step more than its first. */
function wrapped({ file, start }: Span, end: number, flag: string): string {
  const { text } = file
  const list = text.slice(start, end)
  const indent = indentAt(text, end)
  const continues = text.slice(lineStart(text, start), start).trimStart().startsWith('#') ? ' \\' : ''
  return ` |${continues}${newlineOf(text)}${hasLineBreak(list) ? indent : indent + indentStep(indent)}${flag}`
}

/** Removes one name and one `|`, keeping the list's lines. Only names that are `|`-ed with the rest can go. */
function cutOut(span: Span, flag: string): Edit | undefined {
  const operands = orListIn(span)?.operands ?? []
  const index = operands.findIndex(({ name }) => name === flag)
  const operand = operands[index]
  if (!operand) return undefined
  const { file, start, end } = operand
  if (operands.length === 1) return { span: spanAt(file, start, end), text: '0' }
  const left = operand.before && spanAt(file, leftEdge(operand.before), end)
  const right = operand.after && spanAt(file, start, rightEdge(operand.after))
  if (right && (!left || (beginsItsLine(operand) && !endsItsLine(right)))) return { span: right, text: '' }
  return left && { span: left, text: '' }
}

/** From behind what stands before the operator. */
function leftEdge({ file, start }: Span): number {
  return file.text.slice(0, start).trimEnd().length
}

/** To what stands behind the operator, over the line break and the indentation behind it. */
function rightEdge({ file: { text }, end }: Span): number {
  let edge = blankEnd(text, end)
  if (text[edge] === '\\') edge++
  return hasLineBreak(text.charAt(edge)) ? blankEnd(text, nextLine(text, edge)) : edge
}

const beginsItsLine = ({ before, start, file }: Operand): boolean =>
  before !== undefined && hasLineBreak(file.text.slice(before.end, start))

const endsItsLine = (right: Span): boolean => hasLineBreak(textOf(right))
