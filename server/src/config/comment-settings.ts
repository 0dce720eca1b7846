import { commentsIn } from '../c/raw/comments.ts'
import { blankEnd } from '../text/lines.ts'
import { memoize } from '../text/memo.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { directiveIn, SETTING_NAMES } from './comment-directive.ts'

/** `/* jailhouse-warden: root=board.c *\/`: one thing that a comment of a configuration settles. */
export interface CommentSetting {
  readonly name: string
  readonly value: Span
  /** Name and value. */
  readonly span: Span
}

const MAX_LENGTH = 200

/** What the comments of a file settle, in order; a value that is not written is empty, be it for want of a `=`. */
export const commentSettings = memoize((file: SourceFile): readonly CommentSetting[] =>
  commentsIn(file).flatMap(comment => [...settingsOf(comment)]),
)

/** The settings that say something. */
export const settingsNamed = (file: SourceFile, ...names: readonly string[]): readonly CommentSetting[] =>
  commentSettings(file).filter(({ name, value }) => names.includes(name) && value.start < value.end)

function* settingsOf(comment: Span): Iterable<CommentSetting> {
  const { file, end } = comment
  const { text } = file
  const directive = directiveIn(comment)
  if (directive === undefined) return
  for (let from = directive; ; ) {
    const nameStart = blankEnd(text, from)
    const nameEnd = endOf(text, nameStart, end, ' \t\r\n=*')
    const equals = blankEnd(text, nameEnd)
    const name = text.slice(nameStart, nameEnd)
    if (end <= equals || text[equals] !== '=') {
      if (SETTING_NAMES.has(name))
        yield { name, value: { file, start: nameEnd, end: nameEnd }, span: { file, start: nameStart, end: nameEnd } }
      return
    }
    if (name === '') return
    const valueStart = blankEnd(text, equals + 1)
    from = endOf(text, valueStart, Math.min(end, valueStart + MAX_LENGTH), ' \t\r\n*')
    yield {
      name,
      value: { file, start: valueStart, end: from },
      span: { file, start: nameStart, end: valueStart < from ? from : equals + 1 },
    }
  }
}

function endOf(text: string, from: number, end: number, stops: string): number {
  let to = from
  while (to < end && !stops.includes(text.charAt(to))) to++
  return to
}
