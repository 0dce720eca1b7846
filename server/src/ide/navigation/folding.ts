import type { Analysis } from '../../analyze.ts'
import { lexFile } from '../../c/preprocess/lex.ts'
import { memoize } from '../../text/memo.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'

export interface Fold {
  readonly at: Span
  readonly kind: 'braces' | 'comment' | 'conditional'
}

/** What can be folded, by the tokens of the text as typed: half-typed files fold as far as their braces match. */
export const folds = ({ unit }: Analysis): readonly Fold[] => foldsOf(unit.main)

const foldsOf = memoize((file: SourceFile): readonly Fold[] => [
  ...brackets(file).map(at => ({ at, kind: 'braces' as const })),
  ...conditionals(file).map(at => ({ at, kind: 'conditional' as const })),
  ...comments(file).map(at => ({ at, kind: 'comment' as const })),
])

/** Matching braces, parentheses and brackets, inner ones first. */
const brackets = memoize((file: SourceFile): readonly Span[] => {
  const open: { readonly text: string; readonly start: number }[] = []
  const found: Span[] = []
  for (const { kind, text, origin } of lexFile(file).tokens) {
    if (kind !== 'punctuator') continue
    if ('{(['.includes(text)) open.push({ text, start: origin.spelled.start })
    const wanted = { '}': '{', ')': '(', ']': '[' }[text]
    const index = wanted === undefined ? -1 : open.findLastIndex(bracket => bracket.text === wanted)
    if (index < 0) continue
    found.push({ file, start: open[index]!.start, end: origin.spelled.end })
    open.length = index
  }
  return found
})

function conditionals(file: SourceFile): readonly Span[] {
  const open: number[] = []
  return lexFile(file).directives.flatMap(({ name, lineStart }) => {
    const isMiddle = /^el/.test(name)
    const start = isMiddle || name === 'endif' ? open.pop() : undefined
    if (isMiddle || /^if/.test(name)) open.push(lineStart)
    return start === undefined ? [] : [{ file, start, end: lineStart - 1 }]
  })
}

const comments = (file: SourceFile): readonly Span[] =>
  [...file.text.matchAll(/\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\r?\n?)+/gm)].map(match => ({
    file,
    start: match.index,
    end: match.index + match[0].trimEnd().length,
  }))

/** What holds an offset, innermost first: the word, then every bracket with and without its edges, then the file. */
export function selections({ unit }: Analysis, offset: number): readonly Span[] {
  const file = unit.main
  const word = lexFile(file).tokens.find(({ origin }) => origin.spelled.start <= offset && offset <= origin.spelled.end)
  const around = brackets(file)
    .filter(({ start, end }) => start <= offset && offset <= end)
    .toSorted((a, b) => a.end - a.start - (b.end - b.start))
  const inside = around.flatMap(span => [{ file, start: span.start + 1, end: span.end - 1 }, span])
  const all = [...(word ? [word.origin.spelled] : []), ...inside, { file, start: 0, end: file.text.length }]
  return all.filter(({ start, end }) => start <= offset && offset <= end)
}
