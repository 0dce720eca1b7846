import type { StructValue } from '../../c/values/value.ts'
import type { Located } from '../../config/model.ts'
import { type Origin, primarySpan } from '../../text/origin.ts'
import { type Edit, type Span, textOf } from '../../text/source-file.ts'
import { isWritten, originOf } from '../places.ts'
import type { Change } from './change.ts'
import { definitionIn } from './macros.ts'
import {
  commaAfter,
  endsLine,
  indentAt,
  insertion,
  isOnOneLine,
  lineEnd,
  newlineOf,
  spanAt,
  withItsLines,
} from './surroundings.ts'

/** Gives a field another value: where it is spelled, or by a new designator where it is not written at all. */
export function setField(placed: Located, path: string, text: string): Change | undefined {
  if (!isWritten(placed, path)) return insertField(placed, path, text)
  const at = editable(originOf(placed, path))
  return at && { edits: [{ span: at, text }] }
}

/**
 * The text that makes exactly this value. Text inside a macro may serve other values too, and a constant that the
 * file itself defines has been given its name for a reason; neither is replaced.
 */
export function editable(origin: Origin | undefined): Span | undefined {
  if (!origin || origin.expandedAt) return undefined
  return definitionIn(origin.spelled.file, textOf(origin.spelled)) ? undefined : origin.spelled
}

/** Adds `.path = text` behind the last field that is written, in the style of the struct. */
export function insertField(placed: Located, path: string, text: string): Change | undefined {
  const origin = placed.source?.origin
  if (!origin || origin.expandedAt) return undefined
  const braces = origin.spelled
  const last = lastWritten(placed.source, braces)
  const field = `.${path} = ${text}`
  if (!last) return { edits: [{ span: innerOf(braces), text: ` ${field} ` }] }
  return { edits: isOnOneLine(braces) ? [insertion(last.file, last.end, `, ${field}`)] : onNewLine(last, field) }
}

const innerOf = ({ file, start, end }: Span): Span => spanAt(file, start + 1, end - 1)

function onNewLine(last: Span, field: string): readonly Edit[] {
  const { file, start, end } = last
  const { text } = file
  const comma = commaAfter(last)
  const behind = comma === undefined ? end : comma + 1
  const line = `${newlineOf(text)}${indentAt(text, start)}${field},`
  const place = endsLine(text, behind) ? lineEnd(text, behind) : behind
  if (comma !== undefined) return [insertion(file, place, line)]
  return place === end ? [insertion(file, end, `,${line}`)] : [insertion(file, end, ','), insertion(file, place, line)]
}

/** The place in `braces` of the field that is written last. */
function lastWritten(struct: StructValue | undefined, braces: Span): Span | undefined {
  let last: Span | undefined
  for (const { value } of struct?.fields.values() ?? []) {
    const at = placeOf(value.origin) ?? deepest(value.kind === 'struct' ? value : undefined, braces)
    const isInside = at && at.file === braces.file && braces.start < at.start && at.end < braces.end
    if (isInside && (!last || last.end < at.end)) last = at
  }
  return last
}

const placeOf = (origin: Origin | undefined): Span | undefined => origin && primarySpan(origin)

/** Of a struct that is written by nested designators only, its last part. */
const deepest = (struct: StructValue | undefined, braces: Span): Span | undefined =>
  struct ? lastWritten(struct, braces) : undefined

/** Takes a written field out, its designator and comma included. */
export function removeField(placed: Located, name: string): Change | undefined {
  const field = placed.source?.fields.get(name)
  const value = editable(field?.value.origin)
  const designator = field?.designator
  if (!value || !designator || designator.expandedAt || designator.spelled.file !== value.file) return undefined
  return { edits: [{ span: withItsLines(spanAt(value.file, designator.spelled.start, value.end)), text: '' }] }
}
