import type { Location, Position, Range } from 'vscode-languageserver'
import { lineStarts, offsetAt, positionAt, type SourceFile, type Span } from '../text/source-file.ts'
import { invalidParams } from './params.ts'

/** What a column counts; agreed upon once, in `initialize`. */
export type Encoding = 'utf-16' | 'utf-8' | 'utf-32'

const ENCODINGS: readonly string[] = ['utf-16', 'utf-8', 'utf-32'] satisfies Encoding[]

/** UTF-16, in which the core counts, unless the client cannot. */
export function chooseEncoding(offered: readonly string[] | undefined): Encoding {
  if (!offered || offered.includes('utf-16')) return 'utf-16'
  return (offered.find(encoding => ENCODINGS.includes(encoding)) as Encoding | undefined) ?? 'utf-16'
}

export function toPosition(file: SourceFile, offset: number, encoding: Encoding): Position {
  const position = positionAt(file, offset)
  if (encoding === 'utf-16') return position
  const start = offset - position.character
  return { line: position.line, character: columnsOf(file.text.slice(start, offset), encoding) }
}

export const toRange = ({ file, start, end }: Span, encoding: Encoding): Range => ({
  start: toPosition(file, start, encoding),
  end: toPosition(file, end, encoding),
})

export const toLocation = (span: Span, encoding: Encoding): Location => ({
  uri: span.file.uri,
  range: toRange(span, encoding),
})

/** The offset of a position; what lies outside the text is pulled into it. */
export function toOffset(file: SourceFile, position: Position, encoding: Encoding): number {
  if (!isPosition(position)) throw invalidParams('a position needs the numbers "line" and "character"')
  if (encoding === 'utf-16') return offsetAt(file, position)
  const start = lineStarts(file)[position.line]
  if (start === undefined) return file.text.length
  const end = offsetAt(file, { line: position.line, character: Number.MAX_SAFE_INTEGER })
  return start + unitsBefore(file.text.slice(start, end), position.character, encoding)
}

const isPosition = (given: Partial<Position> | null | undefined): boolean =>
  typeof given?.line === 'number' && typeof given.character === 'number'

export const toSpan = (file: SourceFile, range: Range, encoding: Encoding): Span => {
  if (!range) throw invalidParams('a range is missing')
  const start = toOffset(file, range.start, encoding)
  return { file, start, end: Math.max(start, toOffset(file, range.end, encoding)) }
}

function columnsOf(text: string, encoding: Encoding): number {
  let width = 0
  for (const character of text) width += widthOfCharacter(character, encoding)
  return width
}

/** How many UTF-16 units of a line stand before its column. */
function unitsBefore(line: string, column: number, encoding: Encoding): number {
  let width = 0
  let units = 0
  for (const character of line) {
    width += widthOfCharacter(character, encoding)
    if (column < width) break
    units += character.length
  }
  return units
}

function widthOfCharacter(character: string, encoding: Encoding): number {
  const code = character.codePointAt(0) ?? 0
  if (encoding === 'utf-32') return 1
  if (encoding === 'utf-16') return character.length
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4
}
