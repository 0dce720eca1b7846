import { hasLineBreak, lineStart } from '../../text/lines.ts'
import { countWhile } from '../../text/sorted.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { withoutEnd } from '../../text/words.ts'
import { lexFile } from '../preprocess/lex.ts'
import { tokenBefore } from './tokens.ts'

/** Every comment of a file, in order. */
export const commentsIn = (file: SourceFile): readonly Span[] => lexFile(file).comments

/** The comment that holds an offset, its edges not. */
export const commentAt = (file: SourceFile, offset: number): Span | undefined =>
  commentsIn(file).find(({ start, end }) => start < offset && offset < end)

/** The words of a comment as one line, without its marks; undefined where it has none. */
export function commentWords({ file, start, end }: Span): string | undefined {
  const text = file.text.slice(start, end)
  const inner = text.startsWith('//') ? text.slice(2) : text.slice(2, text.endsWith('*/') ? -2 : undefined)
  const lines = hasLineBreak(inner)
    ? inner
        .split(/\r\n|\r|\n/)
        .map(withoutStars)
        .join(' ')
    : withoutStars(inner)
  const words = lines.trim()
  if (words === '') return undefined
  return UNEVEN_BLANKS.test(words) ? words.split(/\s+/).join(' ') : words
}

const UNEVEN_BLANKS = /\s\s|[^\S ]/

/** The stars that begin the lines of a block. */
function withoutStars(line: string): string {
  const rest = line.trimStart()
  let stars = 0
  while (rest[stars] === '*') stars++
  return rest.slice(stars)
}

/**
 * The words of the comment that ends right before an offset, blanks aside, or before the `[2] =` there: what people name
 * elements by, so that the full stop of a sentence does not belong to them.
 */
export function commentBefore(file: SourceFile, offset: number): string | undefined {
  const words = wordsBefore(file, offset)
  const designator = words === undefined ? indexBefore(file, offset) : undefined
  return designator === undefined ? words : wordsBefore(file, designator)
}

function wordsBefore(file: SourceFile, offset: number): string | undefined {
  const comment = lastEndingBy(file, offset)
  const words = comment && isBlank(file, comment.end, offset) && isNaming(comment, offset) ? commentWords(comment) : ''
  return withoutEnd(words ?? '', ' .,:;') || undefined
}

/** Where `[2] =` before an offset begins; a range of elements has no name of one. */
function indexBefore(file: SourceFile, offset: number): number | undefined {
  let end = offset
  for (const part of ['=', ']', /^[\w']+$/, '[']) {
    const token = tokenBefore(file, end)
    if (!token || !(typeof part === 'string' ? token.text === part : part.test(token.text))) return undefined
    end = token.span.start
  }
  return end
}

function lastEndingBy(file: SourceFile, offset: number): Span | undefined {
  const comments = commentsIn(file)
  return comments[countWhile(comments.length, index => comments[index]!.end <= offset) - 1]
}

/** A comment that ends its line speaks of the text before it: a line comment of any, a block of an element. */
function isNaming({ file, start, end }: Span, offset: number): boolean {
  const before = file.text.slice(lineStart(file.text, start), start).trimEnd()
  if (file.text.startsWith('//', start)) return before === ''
  return !before.endsWith(',') || !/[\r\n]/.test(file.text.slice(end, offset))
}

const isBlank = ({ text }: SourceFile, start: number, end: number): boolean => text.slice(start, end).trim() === ''
