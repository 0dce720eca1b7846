import type { SourceFile, Span } from '../../text/source-file.ts'
import { lexFile } from '../preprocess/lex.ts'
import { commentsIn } from './comments.ts'
import { type RawToken, tokensIn } from './tokens.ts'

/**
 * The initializer lists that are open at an offset of a half-typed text. No tree is right there: what is missing is not
 * known yet. So this goes by brackets, and by the designators that stand where an element begins.
 */
export interface OpenLists {
  /** The word that is being typed, empty between words. */
  readonly word: Span
  /** The object that is initialised; undefined outside of initializers. */
  readonly object: string | undefined
  /** From the object's own list inwards; each ends where the next begins, the last at the offset. */
  readonly lists: readonly OpenList[]
  /** All tokens before the word. */
  readonly before: readonly RawToken[]
}

/** What stands in one list: items cut at commas, the last one unfinished. */
export interface OpenList {
  readonly items: readonly (readonly RawToken[])[]
  /** Where the last item begins. */
  readonly start: number
}

/** Lists inside each other beyond this are not looked into. */
const MAX_DEPTH = 400

/** Undefined in comments, strings and directives. */
export function openListsAt(file: SourceFile, offset: number): OpenLists | undefined {
  const all = tokensBefore(file, offset)
  if (!all) return undefined
  const partial = all.at(-1)
  const isPartial = (partial?.kind === 'identifier' || partial?.kind === 'number') && partial.span.end === offset
  const before = isPartial ? all.slice(0, -1) : all
  const word = { file, start: isPartial ? partial.span.start : offset, end: wordEnd(file, offset) }
  const braces = openBraces(before)
  if (MAX_DEPTH < braces.length) return undefined
  const [outermost] = braces
  const object = outermost === undefined ? undefined : objectBefore(before, outermost)
  return { word, object, before, lists: braces.map((brace, i) => listFrom(before, brace, braces[i + 1], word.start)) }
}

function wordEnd(file: SourceFile, offset: number): number {
  const next = tokensIn(file).find(({ span }) => offset < span.end)
  const goesOn = next && next.span.start <= offset && (next.kind === 'identifier' || next.kind === 'number')
  return goesOn ? next.span.end : offset
}

/** The tokens that end at or before an offset, the one it cuts with its first part. */
function tokensBefore(file: SourceFile, offset: number): readonly RawToken[] | undefined {
  const { directives, openComments } = lexFile(file)
  if (openComments.some(({ start, end }) => start < offset && offset <= end)) return undefined
  if (directives.some(({ lineStart, nextLine }) => lineStart < offset && offset < nextLine)) return undefined
  if (commentsIn(file).some(comment => isInside(comment, offset))) return undefined
  const before: RawToken[] = []
  let directive = 0
  for (const [index, token] of tokensIn(file).entries()) {
    const { start, end } = token.span
    if (offset <= start) break
    if (offset < end || (offset === end && isOpenLiteral(token))) {
      if (token.kind !== 'identifier' && token.kind !== 'number') return undefined
      return [...before, { ...token, text: file.text.slice(start, offset), span: { file, start, end: offset } }]
    }
    while ((directives[directive]?.end ?? Infinity) <= index) directive++
    if (index < (directives[directive]?.first ?? Infinity)) before.push(token)
  }
  return before
}

/** A line comment reaches to the end of its line. */
const isInside = ({ file, start, end }: Span, offset: number): boolean =>
  start < offset && (offset < end || (offset === end && file.text.startsWith('//', start)))

function isOpenLiteral({ kind, text }: RawToken): boolean {
  const quote = text[0]
  const isLiteral = kind === 'string' || kind === 'char' || kind === 'other'
  return isLiteral && (quote === '"' || quote === "'") && (text.length === 1 || !text.endsWith(quote))
}

/** Indices of the braces still open at the end, outermost first. */
function openBraces(tokens: readonly RawToken[]): readonly number[] {
  const open: number[] = []
  for (const [index, { text, kind }] of tokens.entries()) {
    if (kind !== 'punctuator') continue
    if (text === '{') open.push(index)
    if (text === '}') open.pop()
  }
  return open
}

/** `name = {`: the object whose initializer a brace opens. */
const objectBefore = (tokens: readonly RawToken[], brace: number): string | undefined =>
  tokens[brace - 1]?.text === '='
    ? tokens.slice(0, brace - 1).findLast(({ kind }) => kind === 'identifier')?.text
    : undefined

function listFrom(tokens: readonly RawToken[], brace: number, next: number | undefined, end: number): OpenList {
  const items: RawToken[][] = [[]]
  let depth = 0
  for (const token of tokens.slice(brace + 1, next === undefined ? next : next + 1)) {
    if (depth === 0 && lacksComma(items.at(-1)?.at(-1), token)) items.push([])
    if (token === tokens[next ?? -1]) break
    if (token.kind === 'punctuator' && (token.text === '{' || token.text === '(' || token.text === '[')) depth++
    if (token.kind === 'punctuator' && (token.text === '}' || token.text === ')' || token.text === ']')) depth--
    if (depth === 0 && token.text === ',') items.push([])
    else items.at(-1)?.push(token)
  }
  const first = items.at(-1)?.[0] ?? tokens[next ?? -1]
  return { items, start: first?.span.start ?? end }
}

/** The members that designators name behind an offset, up to the brace that closes the list around it. */
export function designatedBehind(file: SourceFile, offset: number): readonly string[] {
  const tokens = tokensIn(file).filter(({ span }) => offset <= span.start)
  const names: string[] = []
  let depth = 0
  for (const [i, { text }] of tokens.entries()) {
    if (text === '{' || text === '(' || text === '[') depth++
    if (text === '}' || text === ')' || text === ']') depth--
    if (depth < 0) break
    const before = tokens[i - 1]
    const name = tokens[i + 1]
    const begins = before?.kind !== 'identifier' && before?.text !== ']'
    if (depth === 0 && text === '.' && begins && name?.kind === 'identifier') names.push(name.text)
  }
  return names
}

/** Whether a comma was forgotten: a designator begins a line behind a value, or an element follows an element. */
function lacksComma(before: RawToken | undefined, { text, span }: RawToken): boolean {
  if (!before || before.text === '=' || before.text === '.') return false
  if (text === '{') return before.text === '}'
  if (text !== '.') return false
  const gap = span.file.text.slice(before.span.end, span.start)
  const lastBreak = Math.max(gap.lastIndexOf('\n'), gap.lastIndexOf('\r'))
  return 0 <= lastBreak && gap.slice(lastBreak).trim() === ''
}
