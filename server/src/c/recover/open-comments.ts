import { memoize } from '../../text/memo.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { type LexedFile, lexAs, lexFile } from '../preprocess/lex.ts'

/** So many comments may be open. */
const MAX_OPEN_COMMENTS = 8

/**
 * The file as it reads once the comments that run over code end where their text does; undefined where none does.
 * C closes a comment with the end of the next one, so one whose end was not typed takes all lines between with it.
 */
export const withoutOpenComments = memoize((file: SourceFile): LexedFile | undefined => {
  let lexed = lexFile(file)
  const open: Span[] = []
  for (let text = file.text; open.length < MAX_OPEN_COMMENTS; ) {
    const running = lexed.doubtful.find(comment => asTyped(comment).end < comment.end)
    if (!running) break
    const typed = asTyped(running)
    const blank = text.slice(typed.start, typed.end).replace(/[^\r\n]/g, ' ')
    text = text.slice(0, typed.start) + blank + text.slice(typed.end)
    lexed = lexAs(file, text)
    open.push(typed)
  }
  return open.length ? { ...lexed, openComments: [...open, ...lexed.openComments] } : undefined
})

/** The comment as far as its text goes: its line, and the lines behind it that begin with a star. */
function asTyped({ file, start, end }: Span): Span {
  const text = /^.*(?:\r?\n[ \t]*\*(?!\/).*)*/.exec(file.text.slice(start, end))![0]
  return { file, start, end: start + text.length }
}
