import { countWhile } from '../../text/sorted.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { type Lexeme, lexFile } from '../preprocess/lex.ts'

/** A token of the text as typed, in directives and branches out of force too; comments are none. */
export interface RawToken {
  readonly kind: Lexeme['kind']
  readonly text: string
  readonly span: Span
}

const tokenOf = ({ kind, text, origin }: Lexeme): RawToken => ({ kind, text, span: origin.spelled })

/** Every token of a file, in order. */
export const tokensIn = (file: SourceFile): readonly RawToken[] => lexFile(file).tokens.map(tokenOf)

/** Index of the first token that ends behind an offset, or at it. */
const firstFrom = (tokens: readonly Lexeme[], offset: number): number =>
  countWhile(tokens.length, index => tokens[index]!.origin.spelled.end < offset)

/** The tokens that lie in a span. */
export function tokensWithin({ file, start, end }: Span): readonly RawToken[] {
  const { tokens } = lexFile(file)
  const found: RawToken[] = []
  for (let i = firstFrom(tokens, start); i < tokens.length && tokens[i]!.origin.spelled.start < end; i++)
    if (start <= tokens[i]!.origin.spelled.start && tokens[i]!.origin.spelled.end <= end)
      found.push(tokenOf(tokens[i]!))
  return found
}

/** Whether something holds for a token that lies in a span. */
export function isAnyWithin(
  { file, start, end }: Span,
  holds: (token: { readonly kind: RawToken['kind']; readonly text: string }) => boolean,
): boolean {
  const { tokens } = lexFile(file)
  for (let i = firstFrom(tokens, start); i < tokens.length; i++) {
    const { spelled } = tokens[i]!.origin
    if (end <= spelled.start) return false
    if (start <= spelled.start && spelled.end <= end && holds(tokens[i]!)) return true
  }
  return false
}

/** The identifier or number at an offset, edges included; nothing inside of comments and strings. */
export function wordAt(file: SourceFile, offset: number): RawToken | undefined {
  const { tokens } = lexFile(file)
  const first = firstFrom(tokens, offset)
  const near = [tokens[first], tokens[first + 1]].find(
    token =>
      token &&
      (token.kind === 'identifier' || token.kind === 'number') &&
      token.origin.spelled.start <= offset &&
      offset <= token.origin.spelled.end,
  )
  return near && tokenOf(near)
}

/** Every place where a name stands, in directives and branches out of force too; not in comments and strings. */
export function namesIn(file: SourceFile, name: string): readonly Span[] {
  const found: Span[] = []
  for (const { kind, text, origin } of lexFile(file).tokens)
    if (kind === 'identifier' && text === name) found.push(origin.spelled)
  return found
}

/** The names in a text that begin alike, each once. */
export function namesWith(file: SourceFile, prefix: string): readonly string[] {
  const found = new Set<string>()
  for (const { kind, text } of lexFile(file).tokens)
    if (kind === 'identifier' && text.startsWith(prefix)) found.add(text)
  return [...found]
}

/** The token that begins at or behind an offset, however far. */
export function tokenFrom(file: SourceFile, offset: number): RawToken | undefined {
  const { tokens } = lexFile(file)
  let i = firstFrom(tokens, offset)
  while (i < tokens.length && tokens[i]!.origin.spelled.start < offset) i++
  return tokens[i] && tokenOf(tokens[i]!)
}

/** The token that ends at or before an offset. */
export function tokenBefore(file: SourceFile, offset: number): RawToken | undefined {
  const { tokens } = lexFile(file)
  let i = Math.min(firstFrom(tokens, offset), tokens.length - 1)
  while (0 <= i && offset < tokens[i]!.origin.spelled.end) i--
  return tokens[i] && tokenOf(tokens[i]!)
}

/** What the `#include` lines of a file name, without brackets or quotes; a macro there names nothing yet. */
export const includedNames = (file: SourceFile): readonly string[] =>
  lexFile(file)
    .directives.filter(({ name }) => name === 'include' || name === 'include_next' || name === 'import')
    .flatMap(({ tokens }) => (tokens[0]?.kind === 'string' ? [tokens[0].text.slice(1, -1)] : []))

/** Whether a span spells one number and no more. */
export function isNumber({ file, start, end }: Span): boolean {
  const { tokens } = lexFile(file)
  const token = tokens[firstFrom(tokens, start + 1)]
  return token?.kind === 'number' && token.origin.spelled.start === start && token.origin.spelled.end === end
}

/** The members that designators of a text name: `.name =`. */
export function designatedIn(text: string): readonly string[] {
  const tokens = tokensIn({ uri: '', text })
  return tokens.flatMap(({ kind, text: name }, i) =>
    kind === 'identifier' && tokens[i - 1]?.text === '.' && tokens[i + 1]?.text === '=' ? [name] : [],
  )
}
