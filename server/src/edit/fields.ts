import { conditionalsIn } from '../c/raw/conditionals.ts'
import type { StructValue } from '../c/values/value.ts'
import type { Located } from '../config/model.ts'
import { declaresField, isWritten, originOf } from '../config/written.ts'
import { lineEnd } from '../text/lines.ts'
import { type Origin, primarySpan } from '../text/origin.ts'
import { type Edit, type Span, textOf } from '../text/source-file.ts'
import { type Change, NO_CHANGE, together } from './change.ts'
import {
  commaAfter,
  endsLine,
  insertion,
  insideBraces,
  isOnOneLine,
  newLineAt,
  spanAt,
  withItsLines,
} from './layout.ts'
import { knowsNames, localMacro } from './macros.ts'

/** Gives a field another value: where it is spelled, or by a new designator where it is not written at all. */
export function setField(located: Located, path: string, text: string): Change | undefined {
  if (!isWritten(located, path)) return insertField(located, path, text)
  const span = editable(originOf(located, path))
  return span && knowsNames(span.file, text) ? { edits: [{ span, text }] } : undefined
}

/** Gives several fields other values: those that are written where they stand, the others behind the last, in their order. */
function setFields(
  located: Located,
  fields: readonly { readonly path: string; readonly text: string }[],
): Change | undefined {
  const isThere = ({ path }: { readonly path: string }) => isWritten(located, path)
  const absent = fields.filter(field => !isThere(field))
  return together(
    ...fields.filter(isThere).map(({ path, text }) => setField(located, path, text)),
    absent.length > 0 ? insertFields(located, absent) : NO_CHANGE,
  )
}

/** The same of a struct that need not be written yet: then it becomes a field of the one around it. */
export const fillStruct = (
  outer: Located,
  name: string,
  inner: Located,
  fields: readonly { readonly path: string; readonly text: string }[],
): Change | undefined =>
  inner.source?.origin
    ? setFields(inner, fields)
    : insertField(outer, name, `{ ${fields.map(({ path, text }) => `.${path} = ${text}`).join(', ')} }`)

/**
 * The text that makes exactly this value. Text inside a macro may serve other values too, and a constant that the
 * file itself defines has been given its name for a reason; neither is replaced.
 */
export function editable(origin: Origin | undefined): Span | undefined {
  if (!origin || origin.expandedAt) return undefined
  const { file, start } = origin.spelled
  return localMacro(file, textOf(origin.spelled), start) ? undefined : origin.spelled
}

/**
 * Adds `.path = text` behind the last field that is written, in the style of the struct. Undefined where the header in use
 * declares no such field or constant.
 */
export const insertField = (located: Located, path: string, text: string): Change | undefined =>
  insertFields(located, [{ path, text }])

/** The same for several fields, in their order. */
export function insertFields(
  { source }: Located,
  fields: readonly { readonly path: string; readonly text: string }[],
): Change | undefined {
  const origin = source?.origin
  if (!source || !origin || origin.expandedAt || !fields.every(({ path }) => declaresField(source, path)))
    return undefined
  const braces = origin.spelled
  if (!fields.every(({ text }) => knowsNames(braces.file, text))) return undefined
  const last = lastWritten(source, braces)
  const texts = fields.map(({ path, text }) => `.${path} = ${text}`)
  if (!last) return intoEmpty(braces, texts.join(', '))
  return {
    edits: isOnOneLine(braces)
      ? [insertion(last.file, last.end, texts.map(text => `, ${text}`).join(''))]
      : onNewLines(last, texts),
  }
}

/** Only where nothing stands between the braces: what does stand there is no field we know of. */
function intoEmpty(braces: Span, field: string): Change | undefined {
  const inside = insideBraces(braces)
  return inside && textOf(inside).trim() === '' ? { edits: [{ span: inside, text: ` ${field} ` }] } : undefined
}

function onNewLines(last: Span, fields: readonly string[]): readonly Edit[] {
  const { file, start, end } = last
  const comma = commaAfter(last)
  const behind = comma === undefined ? end : comma + 1
  const lines = fields.map(field => `${newLineAt(file, start)}${field},`).join('')
  const place = endsLine(file, behind) ? lineEnd(file.text, behind) : behind
  if (comma !== undefined) return [insertion(file, place, lines)]
  return place === end
    ? [insertion(file, end, `,${lines}`)]
    : [insertion(file, end, ','), insertion(file, place, lines)]
}

/** The place in `braces` of the field that is written last, outside of conditionals between them. */
function lastWritten(struct: StructValue, braces: Span): Span | undefined {
  const branches = conditionalsIn(braces.file).filter(({ start, end }) => braces.start < start && end < braces.end)
  const isFree = (span: Span): boolean => !branches.some(({ start, end }) => start <= span.start && span.end <= end)
  let last: Span | undefined
  for (const { value } of struct.fields.values()) {
    const span = spanOf(value.origin) ?? (value.kind === 'struct' ? lastWritten(value, braces) : undefined)
    const isInside = span && span.file === braces.file && braces.start < span.start && span.end < braces.end
    if (isInside && isFree(span) && (!last || last.end < span.end)) last = span
  }
  return last
}

const spanOf = (origin: Origin | undefined): Span | undefined => origin && primarySpan(origin)

/** Takes a written field out, its designator and comma included. */
export function removeField(located: Located, name: string): Change | undefined {
  const field = located.source?.fields.get(name)
  const value = editable(field?.value.origin)
  const designator = field?.designator
  if (!value || !designator || designator.expandedAt || designator.spelled.file !== value.file) return undefined
  return { edits: [{ span: withItsLines(spanAt(value.file, designator.spelled.start, value.end)), text: '' }] }
}
