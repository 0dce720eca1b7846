import type { Edit, SourceFile, Span } from '../../text/source-file.ts'

/** What stands around a place in a text: all a repair needs to keep the hand of whoever wrote the file. */

export const spanAt = (file: SourceFile, start: number, end = start): Span => ({ file, start, end })

export const insertion = (file: SourceFile, offset: number, text: string): Edit => ({
  span: spanAt(file, offset),
  text,
})

/** The first offset from `from` on that is neither blank nor comment. */
export function skipBlanks(text: string, from: number): number {
  const blanks = /(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\r\n]*|\\\r?\n)*/y
  blanks.lastIndex = from
  return from + (blanks.exec(text)?.[0].length ?? 0)
}

/** The offset behind the brace that closes the one at `open`. */
export function closing(text: string, open: number): number {
  let depth = 0
  const tokens = /\/\*[\s\S]*?\*\/|\/\/[^\r\n]*|"(?:\\.|[^"\\\r\n])*"|[{}]/g
  tokens.lastIndex = open
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    if (token[0] === '{') depth++
    if (token[0] === '}' && --depth === 0) return token.index + 1
  }
  return text.length
}

export function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
}

/** The offset of the line break, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const rest = text.slice(offset).search(/[\r\n]/)
  return rest < 0 ? text.length : offset + rest
}

/** The blanks that begin the line of an offset. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset)
  return /^[ \t]*/.exec(text.slice(start, lineEnd(text, offset)))?.[0] ?? ''
}

export const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

export const isOnOneLine = ({ file, start, end }: Span): boolean => !/[\r\n]/.test(file.text.slice(start, end))

/** The offset of the comma behind a place, if the next thing is one. */
export function commaAfter({ file, end }: Span): number | undefined {
  const next = skipBlanks(file.text, end)
  return file.text[next] === ',' ? next : undefined
}

/** Whether the rest of the line behind an offset holds nothing but blanks and comments that end on it. */
export const endsLine = (text: string, offset: number): boolean =>
  /^(?:[ \t]|\/\*(?:[^*\r\n]|\*(?!\/))*\*\/)*(?:\/\/.*)?$/.test(text.slice(offset, lineEnd(text, offset)))

/** Whether a line holds nothing but blanks and comments in front of an offset. */
export const beginsLine = (text: string, offset: number): boolean =>
  /^(?:[ \t]|\/\*(?:[^*\r\n]|\*(?!\/))*\*\/)*$/.test(text.slice(lineStart(text, offset), offset))

/** A place with the comma behind it, and with its whole lines where nothing else stands on them. */
export function withItsLines(span: Span): Span {
  const { file, start } = span
  const { text } = file
  const comma = commaAfter(span)
  const end = comma === undefined ? span.end : comma + 1
  if (!beginsLine(text, start) || !endsLine(text, end))
    return comma === undefined ? withCommaBefore(span) : spanAt(file, start, withBlanks(text, end))
  const next = lineEnd(text, end)
  return spanAt(file, lineStart(text, start), next + (/^\r?\n|^\r/.exec(text.slice(next))?.[0].length ?? 0))
}

/** The last of several on a line goes with the comma in front of it. */
function withCommaBefore({ file, start, end }: Span): Span {
  const blanks = /\s*$/.exec(file.text.slice(Math.max(0, start - 200), start))?.[0].length ?? 0
  const comma = start - blanks - 1
  return file.text[comma] === ',' ? spanAt(file, comma, end) : spanAt(file, start, withBlanks(file.text, end))
}

const withBlanks = (text: string, end: number): number => end + (/^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0)

/** The text of a place after edits inside it. */
export function rewritten(span: Span, edits: readonly Edit[]): string {
  const inOrder = edits.toSorted((a, b) => b.span.start - a.span.start)
  let text = span.file.text.slice(span.start, span.end)
  for (const { span: at, text: insert } of inOrder)
    text = text.slice(0, at.start - span.start) + insert + text.slice(at.end - span.start)
  return text
}
