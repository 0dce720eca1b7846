import { site } from '../text/origin.ts'
import { missingAfter, syntaxProblem } from './problem.ts'
import type { Token } from './token.ts'
import type { Problem } from './unit.ts'

/** Tokens whose brackets all have a partner; where the text lacked one it was put in, or left out. */
export interface Balanced {
  readonly tokens: readonly Token[]
  /** For each bracket the index of its partner, -1 for other tokens. */
  readonly partner: Int32Array
  readonly problems: readonly Problem[]
}

const CLOSER: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const isOpener = (token: Token): boolean => token.kind === 'punctuator' && token.text in CLOSER
const isCloser = ({ kind, text }: Token): boolean =>
  kind === 'punctuator' && (text === ')' || text === ']' || text === '}')

/** Balances by nesting alone where that works out; half-typed text is balanced by its indentation. */
export function balance(tokens: readonly Token[]): Balanced {
  const partner = pairUp(tokens)
  if (partner) return { tokens, partner, problems: [] }
  const mended = new Mender(tokens).mend()
  return { ...mended, partner: pairUp(mended.tokens) ?? new Int32Array(mended.tokens.length).fill(-1) }
}

function pairUp(tokens: readonly Token[]): Int32Array | undefined {
  const partner = new Int32Array(tokens.length).fill(-1)
  const open: number[] = []
  for (const [i, token] of tokens.entries()) {
    if (isOpener(token)) open.push(i)
    if (!isCloser(token)) continue
    const start = open.pop()
    if (start === undefined || CLOSER[tokens[start]!.text] !== token.text) return undefined
    partner[start] = i
    partner[i] = start
  }
  return open.length === 0 ? partner : undefined
}

/** An open bracket: `indent` is its line's, `hangs` that its content begins on the next line. */
interface Open {
  readonly token: Token
  readonly indent: number
  readonly hangs: boolean
  /** Holds declarations, so that `;` is at home in it. */
  readonly body: boolean
  /** Lines that begin right in it, as positions in the input with their indentation. */
  readonly lines: { readonly at: number; readonly indent: number }[]
}

/** Goes once over the tokens and notes what to put before which of them, and which to leave out. */
class Mender {
  private readonly tokens: readonly Token[]
  private readonly before = new Map<number, Token[]>()
  private readonly dropped = new Set<number>()
  private readonly problems: Problem[] = []
  private readonly open: Open[] = []
  private readonly outside: Open['lines'] = []
  private indent = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  mend(): { tokens: readonly Token[]; problems: readonly Problem[] } {
    for (const [i, token] of this.tokens.entries()) {
      if (token.startsLine && !token.origin.expandedAt) this.beginLine(i, token)
      if (isOpener(token)) this.openBracket(i, token)
      else if (isCloser(token)) this.closeBracket(i, token)
      else this.separate(i, token)
    }
    while (this.open.length) this.putCloser(this.tokens.length)
    return { tokens: this.result(), problems: this.problems }
  }

  /** A line that begins no deeper than the line of an open block ends the block. */
  private beginLine(at: number, token: Token): void {
    const indent = indentOf(token)
    this.indent = indent
    const ends = ({ token: opener, indent: outer, hangs }: Open): boolean =>
      opener.text === '{' && hangs && (token.text === '}' ? indent < outer : indent <= outer)
    for (let depth = this.open.findIndex(ends); 0 <= depth && depth < this.open.length; ) this.putCloser(at)
    const lines = this.open.at(-1)?.lines ?? this.outside
    lines.push({ at, indent })
  }

  private openBracket(at: number, token: Token): void {
    const [previous, next] = [this.tokens[at - 1], this.tokens[at + 1]]
    const list = previous && ['=', ',', '{', ']', ':', ')'].includes(previous.text)
    if (token.text === '{') this.closeParentheses(at)
    this.open.push({ token, indent: this.indent, hangs: next?.startsLine ?? false, body: !list, lines: [] })
  }

  private closeBracket(at: number, token: Token): void {
    const top = this.open.at(-1)
    if (token.text === '}') this.closeBrace(at, token)
    else if (top && CLOSER[top.token.text] === token.text) this.open.pop()
    else this.drop(at, token)
  }

  private closeBrace(at: number, token: Token): void {
    this.closeParentheses(at)
    const top = this.open.at(-1)
    const lines = top?.lines ?? this.outside
    const limit = token.startsLine ? this.indent : this.indent - 1
    const strays =
      !top || (top.hangs && (token.startsLine ? top.indent < this.indent : lines.at(-1)?.indent === this.indent))
    const first = strays ? deeperRun(lines, limit) : undefined
    if (first !== undefined) this.putOpener(first)
    else if (!strays || (top && !token.startsLine)) this.open.pop()
    else this.drop(at, token)
  }

  /** `;` ends everything but a body of declarations; a comma before a designator ends what is in parentheses. */
  private separate(at: number, token: Token): void {
    if (token.text === ';') while (this.open.length && !this.open.at(-1)?.body) this.putCloser(at)
    const [next, third] = [this.tokens[at + 1]?.text, this.tokens[at + 3]?.text]
    if (token.text === ',' && (next === '{' || (next === '.' && third === '='))) this.closeParentheses(at)
  }

  private closeParentheses(at: number): void {
    while (this.open.length && this.open.at(-1)?.token.text !== '{') this.putCloser(at)
  }

  private putCloser(at: number): void {
    const opener = this.open.pop()
    const previous = this.tokens[at - 1]
    if (!opener || !previous) return
    const text = CLOSER[opener.token.text] ?? '}'
    this.put(at, text, previous)
    const related = [{ at: site(opener.token.origin), message: `to match this "${opener.token.text}"` }]
    this.problems.push({ ...missingAfter(previous, text, `expected "${text}"`), related })
  }

  private putOpener(at: number): void {
    const next = this.tokens[at]!
    this.put(at, '{', this.tokens[at - 1] ?? next)
    const { file, start } = next.origin.spelled
    const suggestions = [{ title: 'insert "{"', at: { file, start, end: start }, text: '{ ' }]
    this.problems.push({ ...syntaxProblem(site(next.origin), `expected "{" before "${next.text}"`), suggestions })
  }

  /** A bracket of no width where it would have been typed. */
  private put(at: number, text: string, beside: Token): void {
    const { file, end } = beside.origin.spelled
    const origin = { ...beside.origin, spelled: { file, start: end, end } }
    const token: Token = { kind: 'punctuator', text, origin, startsLine: false, spaceBefore: true }
    this.before.set(at, [...(this.before.get(at) ?? []), token])
  }

  private drop(at: number, token: Token): void {
    this.dropped.add(at)
    const suggestions = [{ title: `remove "${token.text}"`, at: token.origin.spelled, text: '' }]
    this.problems.push({
      ...syntaxProblem(site(token.origin), `nothing is open that "${token.text}" could close`),
      suggestions,
    })
  }

  private result(): readonly Token[] {
    const tokens = this.tokens.flatMap((token, i) => [
      ...(this.before.get(i) ?? []),
      ...(this.dropped.has(i) ? [] : [token]),
    ])
    return [...tokens, ...(this.before.get(this.tokens.length) ?? [])]
  }
}

/** Takes off the last lines that are indented deeper than `limit`; answers where the first of them begins. */
function deeperRun(lines: Open['lines'], limit: number): number | undefined {
  let first: number | undefined
  for (let line = lines.at(-1); line && limit < line.indent; line = lines.at(-1)) {
    first = line.at
    lines.pop()
  }
  return first
}

/** The column at which the token stands, a tab reaching to the next multiple of 8. */
function indentOf(token: Token): number {
  const { file, start } = token.origin.spelled
  let begin = start
  while (0 < begin && /[ \t]/.test(file.text[begin - 1] ?? '')) begin--
  let column = 0
  for (const blank of file.text.slice(begin, start)) column = blank === '\t' ? (column | 7) + 1 : column + 1
  return column
}
