import { commentsIn } from '../c/raw/comments.ts'
import { tokenBefore, tokenFrom } from '../c/raw/tokens.ts'
import { blankEnd, hasLineBreak, indentAt, lineEnd, lineStart, newlineOf, nextLine } from '../text/lines.ts'
import { memoize } from '../text/memo.ts'
import { type Edit, lineStarts, type SourceFile, type Span, textOf } from '../text/source-file.ts'

/** What stands around a place in a text: all an edit needs to keep the hand of whoever wrote the file. */

export const spanAt = (file: SourceFile, start: number, end = start): Span => ({ file, start, end })

export const insertion = (file: SourceFile, offset: number, text: string): Edit => ({
  span: spanAt(file, offset),
  text,
})

/** What stands between two braces; undefined where the closing one is still to be typed. */
export function insideBraces(braces: Span): Span | undefined {
  const { file, start, end } = braces
  const isPair = start + 2 <= end && file.text[start] === '{' && file.text[end - 1] === '}'
  return isPair ? spanAt(file, start + 1, end - 1) : undefined
}

export const isOnOneLine = (span: Span): boolean => !hasLineBreak(textOf(span))

/** A line break and the indentation of the line of an offset. */
export const newLineAt = ({ text }: SourceFile, offset: number): string => newlineOf(text) + indentAt(text, offset)

/** One step of indentation more, in the hand of the line it goes behind. */
export const indentStep = (indent: string): string => (indent.includes(' ') ? '  ' : '\t')

/** The offset of the comma behind a place, if the next thing is one. */
export function commaAfter({ file, end }: Span): number | undefined {
  const next = tokenFrom(file, end)
  return next?.text === ',' ? next.span.start : undefined
}

/** Whether the rest of the line behind an offset holds nothing but blanks and comments that end on it. */
export function endsLine(file: SourceFile, offset: number): boolean {
  const end = lineEnd(file.text, offset)
  const next = tokenFrom(file, offset)
  if (next && next.span.start < end) return false
  const crosses = commentsIn(file).some(comment => comment.start < end && offset < comment.end && end < comment.end)
  return !crosses && !file.text.slice(offset, end).trimEnd().endsWith('\\')
}

/** Whether a line holds nothing but blanks and comments in front of an offset. */
export function beginsLine(file: SourceFile, offset: number): boolean {
  const start = lineStart(file.text, offset)
  const before = tokenBefore(file, offset)
  if (before && start < before.span.end) return false
  return !commentsIn(file).some(comment => comment.start < start && start < comment.end)
}

/** A place with the comma behind it, and with its whole lines where nothing else stands on them. */
export function withItsLines(span: Span): Span {
  const { file, start } = span
  const { text } = file
  const comma = commaAfter(span)
  const end = comma === undefined ? span.end : comma + 1
  if (!beginsLine(file, start) || !endsLine(file, end))
    return comma === undefined ? withCommaBefore(span) : spanAt(file, start, blankEnd(text, end))
  return spanAt(file, lineStart(text, start), nextLine(text, lineEnd(text, end)))
}

/** The last of several on a line goes with the comma in front of it. */
function withCommaBefore({ file, start, end }: Span): Span {
  const before = tokenBefore(file, start)
  const isComma = before?.text === ',' && file.text.slice(before.span.end, start).trim() === ''
  return isComma ? spanAt(file, before.span.start, end) : spanAt(file, start, blankEnd(file.text, end))
}

/** The text of a place after edits inside it. */
export function rewritten(span: Span, edits: readonly Edit[]): string {
  const inOrder = edits.toSorted((a, b) => b.span.start - a.span.start)
  let text = textOf(span)
  for (const { span: inner, text: insert } of inOrder)
    text = text.slice(0, inner.start - span.start) + insert + text.slice(inner.end - span.start)
  return text
}

/** One step of indentation, as most of the indented lines of a file begin. */
export const indentStepOf = memoize((file: SourceFile): string => {
  const indents = lineStarts(file)
    .map(start => indentAt(file.text, start))
    .filter(indent => indent !== '')
  const widths = indents.flatMap(indent => (indent.startsWith('\t') || indent.length < 2 ? [] : [indent.length]))
  if (widths.length === 0 || indents.length <= 2 * (indents.length - widths.length)) return '\t'
  return ' '.repeat(Math.min(8, ...widths))
})
