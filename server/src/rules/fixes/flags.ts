import type { Located } from '../../config/model.ts'
import type { Origin } from '../../text/origin.ts'
import { type Edit, type Span, textOf } from '../../text/source-file.ts'
import { originOf } from '../places.ts'
import type { Change } from './change.ts'
import { insertField } from './fields.ts'
import { definitionIn, usesIn } from './macros.ts'
import { indentAt, lineStart, newlineOf, spanAt } from './surroundings.ts'

/** Adds a constant to a list of flags, however it is written. */
export function addFlag(placed: Located, field: string, flag: string): Change | undefined {
  const origin = originOf(placed, field)
  if (!origin) return insertField(placed, field, flag)
  const list = flagListAt(origin)
  return list && { ...list.change, edits: [appended(list.at, flag)] }
}

/** Takes a constant out of a list of flags, or out of a macro of the user's own that brings it there. */
export function removeFlag(placed: Located, field: string, flag: string): Change | undefined {
  const origin = originOf(placed, field)
  const list = origin && flagListAt(origin)
  if (!list) return undefined
  const edit = cutOut(list.at, flag)
  return edit ? { ...list.change, edits: [edit] } : removedFromMacroIn(list.at, flag)
}

interface FlagList {
  readonly at: Span
  readonly change: Omit<Change, 'edits'>
}

/** The text that spells a list where it is initialised, or the body of the user's macro that stands there alone. */
function flagListAt(origin: Origin): FlagList | undefined {
  if (origin.expandedAt) return undefined
  const name = textOf(origin.spelled)
  const macro = definitionIn(origin.spelled.file, name)
  if (!macro) return { at: origin.spelled, change: {} }
  return { at: macro, change: { macro: { name, uses: usesIn(macro.file, name) } } }
}

function removedFromMacroIn(list: Span, flag: string): Change | undefined {
  for (const { name } of wordsOf(list)) {
    const body = definitionIn(list.file, name)
    const edit = body && cutOut(body, flag)
    if (edit) return { edits: [edit], macro: { name, uses: usesIn(list.file, name) } }
  }
  return undefined
}

interface Word {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** The names in a list with their offsets in the file, comments left out. */
const wordsOf = ({ file, start, end }: Span): readonly Word[] =>
  [...file.text.slice(start, end).matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\r\n]*|([A-Za-z_]\w*)/g)].flatMap(match =>
    match[1] ? [{ name: match[1], start: start + match.index, end: start + match.index + match[0].length }] : [],
  )

const WIDTH = 80

/** ` | flag` at the end of a list, inside parentheses around all of it, on a new line where this one is full. */
function appended(list: Span, flag: string): Edit {
  const { file, start, end } = list
  const { text } = file
  const spelled = text.slice(start, end)
  if (/^\(?\s*0(?:x0+|0*)[uUlL]*\s*\)?$/.test(spelled)) return { span: list, text: flag }
  if (/\?|&&|\|\|/.test(spelled)) return { span: list, text: `(${spelled}) | ${flag}` }
  const place = isParenthesised(spelled) ? end - 1 : end
  const column = text.slice(lineStart(text, place), place).replace(/\t/g, '        ').length
  const fits = column + flag.length + 4 <= WIDTH || !/^\s*\.\w+\s*=|\n/.test(text.slice(lineStart(text, start), place))
  const separator = fits ? ' | ' : ` |${text.slice(start, place).includes('\\') ? ' \\' : ''}${continuation(list)}`
  return { span: spanAt(file, place), text: separator + flag }
}

/** The line break and indentation of the lines the list already has, or one tab more than its first. */
function continuation({ file, start, end }: Span): string {
  const last = indentAt(file.text, end)
  const isWrapped = file.text.slice(start, end).includes('\n')
  return newlineOf(file.text) + (isWrapped ? last : `${last}${last.includes(' ') ? '  ' : '\t'}`)
}

/** Whether the first parenthesis closes at the very end. */
function isParenthesised(list: string): boolean {
  if (!list.startsWith('(')) return false
  let depth = 0
  for (const [index, char] of [...list].entries()) {
    if (char === '(') depth++
    if (char === ')' && --depth === 0) return index === list.length - 1
  }
  return false
}

/** Removes one name and one `|`, keeping the list's lines. Only names that are `|`-ed with the rest can go. */
function cutOut(list: Span, flag: string): Edit | undefined {
  const word = wordsOf(list).find(({ name }) => name === flag)
  if (!word) return undefined
  const { file } = list
  const before = file.text.slice(list.start, word.start)
  const after = file.text.slice(word.end, list.end)
  const left = /\s*\|\s*(?:\\\r?\n\s*)?$/.exec(before)?.[0]
  const right = /^\s*\|[ \t]*(?:\\?\r?\n[ \t]*)?/.exec(after)?.[0]
  const beginsItsLine = left !== undefined && /\n/.test(left)
  const endsItsLine = right === undefined || /\n/.test(right)
  if (right !== undefined && (left === undefined || (beginsItsLine && !endsItsLine)))
    return { span: spanAt(file, word.start, word.end + right.length), text: '' }
  if (left !== undefined) return { span: spanAt(file, word.start - left.length, word.end), text: '' }
  return /^[\s(]*$/.test(before) && /^[\s)]*$/.test(after)
    ? { span: spanAt(file, word.start, word.end), text: '0' }
    : undefined
}
