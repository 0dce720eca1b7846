import { lineStarts, type SourceFile, type Span } from '../../text/source-file.ts'
import { MAX_LINES } from '../limits.ts'

/** One line of a text as people paste it. */
export interface Line {
  readonly text: string
  readonly span: Span
}

/** Longer lines are nothing that a kernel prints. */
const MAX_LINE = 4096

/** Lines without the marks of a quoting mail, `> > `. */
export function linesOf(file: SourceFile): readonly Line[] {
  const starts = lineStarts(file)
  const lines: Line[] = []
  for (let i = 0; i < Math.min(starts.length, MAX_LINES); i++) {
    let start = starts[i] ?? 0
    let end = starts[i + 1] ?? file.text.length
    while (start < end && '\r\n'.includes(file.text.charAt(end - 1))) end--
    while (start < end && file.text.charAt(start) === '>') {
      start++
      if (file.text.charAt(start) === ' ') start++
    }
    if (end - start <= MAX_LINE) lines.push({ text: file.text.slice(start, end), span: { file, start, end } })
  }
  return lines
}

/** The words of a line. */
export const wordsOf = (text: string): readonly string[] => text.split(/[ \t]+/).filter(word => word !== '')
