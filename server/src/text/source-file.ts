import { memoize } from './memo.ts'
import { countWhile } from './sorted.ts'

/** One version of a text. A new version is a new object; offsets are UTF-16 code units. */
export interface SourceFile {
  readonly uri: string
  readonly text: string
  /** Its bytes are not UTF-8: each character stands for one byte. */
  readonly isLatin1?: true
}

/** The half-open range of offsets `[start, end)` in one version of a file. */
export interface Span {
  readonly file: SourceFile
  readonly start: number
  readonly end: number
}

/** A zero-based line and a zero-based column in UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly character: number
}

/** Replaces the text of `span` by `text`. */
export interface Edit {
  readonly span: Span
  readonly text: string
}

const LINE_FEED = 10
const RETURN = 13

/** Offsets at which the lines begin; a line ends with `\n`, `\r\n` or a lone `\r`. */
export const lineStarts = memoize((file: SourceFile): readonly number[] => {
  const { text } = file
  const starts = [0]
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset)
    const isEnd = code === LINE_FEED || (code === RETURN && text.charCodeAt(offset + 1) !== LINE_FEED)
    if (isEnd) starts.push(offset + 1)
  }
  return starts
})

export function positionAt(file: SourceFile, offset: number): Position {
  const starts = lineStarts(file)
  const line = Math.max(0, countWhile(starts.length, index => starts[index]! <= offset) - 1)
  return { line, character: Math.max(0, offset - (starts[line] ?? 0)) }
}

/** The offset of a position; positions past the end of a line or of the file are pulled back into it, as LSP asks. */
export function offsetAt(file: SourceFile, { line, character }: Position): number {
  const starts = lineStarts(file)
  if (line >= starts.length) return file.text.length
  const start = starts[line] ?? 0
  let end = starts[line + 1] ?? file.text.length
  while (start < end && '\r\n'.includes(file.text.charAt(end - 1))) end--
  return Math.max(start, Math.min(start + character, end))
}

export const textOf = (span: Span): string => span.file.text.slice(span.start, span.end)

/**
 * Applies edits that do not overlap to the text of their file, whatever their order; what is inserted at one place stands
 * in the order of the edits and before what replaces text there, as LSP has it.
 */
export function applyEdits(file: SourceFile, edits: readonly Edit[]): string {
  const parts: string[] = []
  let copied = 0
  for (const { span, text } of edits.filter(edit => edit.span.file === file).toSorted(inText)) {
    parts.push(file.text.slice(copied, span.start), text)
    copied = span.end
  }
  return parts.join('') + file.text.slice(copied)
}

/** By place; what is inserted at one comes before what replaces text there. */
const inText = ({ span: a }: Edit, { span: b }: Edit): number => a.start - b.start || a.end - b.end
