import { memoize } from '../text/memo.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { closing, lineEnd, skipBlanks } from './fixes/surroundings.ts'
import type { Suppression } from './rule.ts'

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\r\n]*|"(?:\\.|[^"\\\r\n])*"/g
const IGNORE =
  /^\/[*/]\s*jailhouse-warden:\s*ignore(?<file>-file)?\b(?<names>[\s\S]*?)(?:--(?<reason>[\s\S]*?))?(?:\*\/)?$/

/** The suppression comments of a file. */
export const suppressionsIn = memoize((file: SourceFile): readonly Suppression[] => {
  if (!file.text.includes('jailhouse-warden:')) return []
  return [...file.text.matchAll(COMMENT)].flatMap(comment => {
    const match = IGNORE.exec(comment[0])
    if (!match?.groups) return []
    const { names = '', reason = '' } = match.groups
    const span = { file, start: comment.index, end: comment.index + comment[0].length }
    const start = span.start + comment[0].indexOf(names, comment[0].indexOf('ignore'))
    return [
      {
        span,
        names: namesIn(file, start, names),
        reason: reason.trim(),
        scope: match.groups.file ? all(file) : next(span),
      },
    ]
  })
})

const all = (file: SourceFile): Span => ({ file, start: 0, end: file.text.length })

const namesIn = (file: SourceFile, offset: number, names: string): Suppression['names'] =>
  [...names.matchAll(/[\w-]+/g)].map(({ 0: name, index }) => ({
    name,
    span: { file, start: offset + index, end: offset + index + name.length },
  }))

/** The line a comment ends, or if it stands alone the next line of code; all of an element that begins there. */
function next(comment: Span): Span {
  const { file, start, end } = comment
  const { text } = file
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  if (before.trim() && !isOnlyComments(before)) return { file, start: start - before.length, end: lineEnd(text, end) }
  const code = skipBlanks(text, end)
  return { file, start: code, end: text[code] === '{' ? closing(text, code) : lineEnd(text, code) }
}

const isOnlyComments = (line: string): boolean => line.replace(/\/\*.*?\*\//g, '').trim() === ''
