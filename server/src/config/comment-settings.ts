import { commentsIn } from '../c/raw/comments.ts'
import { blankEnd } from '../text/lines.ts'
import { memoize } from '../text/memo.ts'
import type { SourceFile, Span } from '../text/source-file.ts'

/** `/* jailhouse-warden: root=board.c *\/`: one thing that a comment of a configuration settles. */
export interface CommentSetting {
  readonly name: string
  readonly value: Span
}

const PREFIX = 'jailhouse-warden:'
const MAX_LENGTH = 200

/** What the comments of a file settle, in order. */
export const commentSettings = memoize((file: SourceFile): readonly CommentSetting[] =>
  file.text.includes(PREFIX) ? commentsIn(file).flatMap(comment => settingIn(comment) ?? []) : [],
)

function settingIn({ file, start, end }: Span): CommentSetting | undefined {
  const { text } = file
  const prefix = blankEnd(text, start + 2)
  if (!text.startsWith(PREFIX, prefix)) return undefined
  const nameStart = blankEnd(text, prefix + PREFIX.length)
  const nameEnd = endOf(text, nameStart, end, ' \t\r\n=*')
  const equals = blankEnd(text, nameEnd)
  if (nameStart === nameEnd || text[equals] !== '=') return undefined
  const from = blankEnd(text, equals + 1)
  const to = endOf(text, from, Math.min(end, from + MAX_LENGTH), ' \t\r\n*')
  return from < to ? { name: text.slice(nameStart, nameEnd), value: { file, start: from, end: to } } : undefined
}

function endOf(text: string, from: number, end: number, stops: string): number {
  let to = from
  while (to < end && !stops.includes(text.charAt(to))) to++
  return to
}
