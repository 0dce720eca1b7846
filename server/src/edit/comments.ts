import { commentAt } from '../c/raw/comments.ts'
import { indentAt, lineStart, newlineOf } from '../text/lines.ts'
import type { Edit, SourceFile } from '../text/source-file.ts'
import { insertion } from './layout.ts'

/** A comment on a line of its own above the line of an offset; undefined where that would be inside a comment or in the middle of a continued line. */
export function commentAbove(file: SourceFile, offset: number, comment: string): Edit | undefined {
  const line = lineStart(file.text, offset)
  if (commentAt(file, line) || isContinued(file, line)) return undefined
  return insertion(file, line, `${indentAt(file.text, offset)}${comment}${newlineOf(file.text)}`)
}

/** The line before ends in a backslash. */
const isContinued = ({ text }: SourceFile, line: number): boolean =>
  0 < line &&
  text
    .slice(lineStart(text, line - 1), line)
    .trimEnd()
    .endsWith('\\')
