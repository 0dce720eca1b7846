import { byWord } from '../../text/by-word.ts'
import { primarySpan } from '../../text/origin.ts'
import { missingAfter, syntaxProblem } from '../problem.ts'
import type { Token } from '../token.ts'
import type { Problem } from '../unit.ts'
import { indentOf, type Line, linesOf } from './lines.ts'

/** Tokens whose brackets all have a partner; where the text lacked one it was put in, or left out. */
export interface Balanced {
  readonly tokens: readonly Token[]
  /** For each bracket the index of its partner, -1 for other tokens. */
  readonly partner: Int32Array
  readonly problems: readonly Problem[]
}

const CLOSER = byWord<string>({ '(': ')', '[': ']', '{': '}' })
const isOpener = ({ kind, text }: Token): boolean =>
  kind === 'punctuator' && (text === '(' || text === '[' || text === '{')
const isCloser = ({ kind, text }: Token): boolean =>
  kind === 'punctuator' && (text === ')' || text === ']' || text === '}')

/** Balances by nesting alone where that works out; half-typed text is balanced by its indentation. */
export function balance(tokens: readonly Token[]): Balanced {
  const { partner, trouble } = pairUp(tokens)
  if (trouble === undefined) return { tokens, partner, problems: [] }
  const repaired = new BracketRecovery(tokens.slice(trouble)).recover()
  const all = [...tokens.slice(0, trouble), ...repaired.tokens]
  return { tokens: all, problems: repaired.problems, partner: pairUp(all).partner }
}

/** What is indented may be the rest of a declaration that lacks its opening brace. */
const isIndented = (token: Token | undefined): boolean =>
  token?.startsLine === true && !token.origin.expandedAt && 0 < indentOf(token)

/** `struct {` or `struct tag {`, in which no list is at home. */
function isBody(tokens: readonly Token[], brace: number | undefined): boolean {
  if (brace === undefined || tokens[brace]?.text !== '{') return false
  return isStruct(tokens[brace - 1]) || isStruct(tokens[brace - 2])
}

const isStruct = (token: Token | undefined): boolean => token?.text === 'struct' || token?.text === 'union'

/** `trouble` is the beginning of the first declaration whose brackets do not nest. */
function pairUp(tokens: readonly Token[]): { partner: Int32Array; trouble?: number } {
  const partner = new Int32Array(tokens.length).fill(-1)
  const open: number[] = []
  let declaration = 0
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!
    if (isOpener(token)) {
      if (token.text === '{' && tokens[i - 1]?.text === '=' && isBody(tokens, open.at(-1)))
        return { partner, trouble: declaration }
      open.push(i)
    } else if (isCloser(token)) {
      const start = open.pop()
      if (start === undefined || CLOSER[tokens[start]!.text] !== token.text) return { partner, trouble: declaration }
      partner[start] = i
      partner[i] = start
    } else if (token.text === ';' && open.length === 0 && !isIndented(tokens[i + 1])) declaration = i + 1
  }
  return open.length === 0 ? { partner } : { partner, trouble: declaration }
}

/** An open bracket: `indent` is its line's, `hangs` that its content begins on the next line. */
interface Open {
  readonly token: Token
  readonly index: number
  readonly indent: number
  readonly hangs: boolean
  /** Holds declarations, so that `;` is at home in it. */
  readonly body: boolean
  /** Holds elements that are brace lists. */
  braced: boolean
  /** Lines that begin right in it, as positions in the input with their indentation. */
  readonly lines: { readonly index: number; readonly indent: number }[]
}

/** Brackets inside each other beyond this are passed over, and so many problems are enough to tell. */
const MAX_DEPTH = 400
const MAX_PROBLEMS = 100

/** Tokens looked back over for the place of a bracket that was not typed. */
const MAX_OPERAND_TOKENS = 32

/** Goes once over the tokens and notes what to put before which of them, and which to leave out. */
class BracketRecovery {
  readonly #tokens: readonly Token[]
  readonly #before = new Map<number, Token[]>()
  readonly #dropped = new Set<number>()
  readonly #problems: Problem[] = []
  readonly #open: Open[] = []
  readonly #outside: Open['lines'] = []
  readonly #layout: ReadonlyMap<number, Line>
  /** The line being read. */
  #line: Line | undefined
  /** The line before stands where it cannot be meant. */
  #misplaced = false

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
    this.#layout = linesOf(tokens)
  }

  get #indent(): number {
    return this.#line?.indent ?? 0
  }

  recover(): { tokens: readonly Token[]; problems: readonly Problem[] } {
    for (const [i, token] of this.#tokens.entries()) {
      const line = this.#layout.get(i)
      if (line && !this.#isMisplaced(line)) this.#beginLine(i, token, line)
      if (isOpener(token)) this.#openBracket(i, token)
      else if (isCloser(token)) this.#closeBracket(i, token)
      else this.#separate(i, token)
    }
    while (this.#open.length) this.#putCloser(this.#tokens.length, this.#open.length === 1 ? ';' : '')
    return { tokens: this.#result(), problems: this.#problems }
  }

  /**
   * A brace that stands out closes nothing, unless it is indented like the very block it closes; an object's list ends
   * before `;`. What was pasted to the line behind it stands out as well.
   */
  #isMisplaced({ index, indent, closes, standsOut }: Line): boolean {
    const top = this.#open.at(-1)
    const ends = top?.indent === indent && (1 < this.#open.length || top.body || this.#tokens[index + 1]?.text === ';')
    this.#misplaced = standsOut && (closes ? !ends : this.#misplaced)
    return this.#misplaced
  }

  /** A line that begins no deeper than the line of an open block ends the block. */
  #beginLine(index: number, token: Token, line: Line): void {
    const { indent } = line
    this.#line = line
    const ends = ({ token: opener, indent: outer }: Open): boolean =>
      opener.text === '{' && (token.text === '}' ? indent < outer : indent <= outer)
    const depth = this.#open.findIndex(ends)
    const comma = 0 < depth && this.#isList(depth - 1) && !/^[,;})\]]$/.test(token.text) ? ',' : ''
    while (0 <= depth && depth < this.#open.length) this.#putCloser(index, this.#open.length - 1 === depth ? comma : '')
    const lines = this.#open.at(-1)?.lines ?? this.#outside
    if (!isCloser(token)) lines.push({ index, indent })
  }

  #openBracket(index: number, token: Token): void {
    if (MAX_DEPTH <= this.#open.length) {
      this.#dropped.add(index)
      return
    }
    const [previous, next] = [this.#tokens[index - 1], this.#tokens[index + 1]]
    if (token.text === '{') this.#closeParentheses(index)
    const outer = this.#open.at(-1)
    if (outer && token.text === '{' && previous?.text !== '=') outer.braced = true
    const list = previous && (/^[=,{\]:]$/.test(previous.text) || (previous.text === ')' && this.#inList()))
    if (token.text === '{' && previous?.text === '=' && outer?.body) this.#endBody(outer, this.#statementBefore(index))
    this.#open.push({
      token,
      index,
      indent: this.#indent,
      hangs: next?.startsLine ?? false,
      braced: false,
      body: token.text === '{' && !list,
      lines: [],
    })
  }

  #endBody(body: Open, index: number): void {
    this.#putCloser(index)
    const lines = this.#open.at(-1)?.lines ?? this.#outside
    lines.push(...body.lines.filter(line => index <= line.index))
  }

  /** `= {` is at home in no body: it was closed before the declaration began that ends so. */
  #statementBefore(index: number): number {
    let start = index
    while (0 < start && !/^[;{}]$/.test(this.#tokens[start - 1]!.text)) start--
    return start
  }

  #inList(): boolean {
    return this.#open.some((_, depth) => this.#isList(depth))
  }

  #isList(depth: number): boolean {
    const { token, body } = this.#open[depth]!
    return token.text === '{' && !body
  }

  #closeBracket(index: number, token: Token): void {
    const top = this.#open.at(-1)
    if (token.text === '}') this.#closeBrace(index, token)
    else if (top && CLOSER[top.token.text] === token.text) this.#open.pop()
    else if (token.text === ']' && this.#followsOperand(index)) this.#putOpener(this.#operandBefore(index), '[')
    else this.#drop(index, token)
  }

  #closeBrace(index: number, token: Token): void {
    this.#closeParentheses(index)
    if (token.startsLine) this.#closeAtLineStart(index, token)
    else this.#closeWithinLine(index, token)
  }

  /** A brace that begins a line closes what a line indented alike opened. */
  #closeAtLineStart(index: number, token: Token): void {
    const top = this.#open.at(-1)
    const strays = !top || this.#misplaced || (top.hangs && top.indent < this.#indent)
    const first = strays && !this.#misplaced ? deeperRun(top?.lines ?? this.#outside, this.#indent) : undefined
    if (first !== undefined) this.#putOpener(first, '{')
    else if (strays) this.#drop(index, token)
    else this.#open.pop()
  }

  /** A brace behind other things closes what was opened on its line; a block is closed so only where it ends there. */
  #closeWithinLine(index: number, token: Token): void {
    const top = this.#open.at(-1)
    const lines = top?.lines ?? this.#outside
    const next = this.#tokens[index + 1]
    const ends = !next || next.startsLine || /^[,;}]$/.test(next.text)
    const lacksOpener = ends && (!top || top.hangs) && lines.at(-1)?.index === this.#line?.index
    const first = lacksOpener ? this.#elementBefore(index, lines) : undefined
    if (first !== undefined) this.#putOpener(first, '{')
    else if (!top || (top.hangs && this.#goesOn(top))) this.#drop(index, token)
    else this.#open.pop()
  }

  /** Where the element begins that this brace ends: behind the last one that has its braces. */
  #elementBefore(index: number, lines: Open['lines']): number | undefined {
    const line = lines.at(-1)?.index ?? index
    for (let i = index - 1, depth = 0; line < i; i--) {
      const { text } = this.#tokens[i]!
      if (text === '}') depth++
      if (text === '{') depth--
      if (text === ',' && depth === 0 && this.#tokens[i - 1]?.text === '}' && this.#tokens[i + 1]?.text !== '.')
        return i + 1
    }
    let first: number | undefined
    for (
      let at = lines.at(-1);
      at && this.#indent <= at.indent && this.#tokens[at.index]?.text !== '{';
      at = lines.at(-1)
    ) {
      first = at.index
      lines.pop()
    }
    return first
  }

  /** Whether the lines that follow are still those of a block, or the one that closes it. */
  #goesOn({ indent }: Open): boolean {
    let next = this.#line?.next
    while (next?.standsOut) next = next.next
    return (
      next !== undefined && (next.closes ? next.indent === indent : this.#indent <= next.indent && indent < next.indent)
    )
  }

  /** `;` ends everything but a body of declarations; a comma before a designator ends what is in parentheses. */
  #separate(index: number, token: Token): void {
    if (token.text === ';') while (this.#open.length && !this.#open.at(-1)?.body) this.#putCloser(index)
    const [next, third] = [this.#tokens[index + 1]?.text, this.#tokens[index + 3]?.text]
    if (token.text === ',' && (next === '{' || (next === '.' && third === '='))) this.#closeParentheses(index)
  }

  #closeParentheses(index: number): void {
    for (let top = this.#open.at(-1); top && top.token.text !== '{'; top = this.#open.at(-1))
      if (this.#assigns(top.index, index)) this.#dropOpener(top)
      else this.#putCloser(index)
  }

  /** An `=` stands behind this parenthesis, and it is not the one of an attribute. */
  #assigns(open: number, end: number): boolean {
    if (/^__attribute/.test(this.#tokens[open - 1]?.text ?? '')) return false
    return this.#tokens.slice(open, Math.min(end, open + MAX_OPERAND_TOKENS)).some(({ text }) => text === '=')
  }

  /** What it would hold is at home in no parentheses. */
  #dropOpener({ index, token }: Open): void {
    this.#open.pop()
    this.#dropped.add(index)
    const suggestions = [{ title: `Remove "${token.text}"`, span: token.origin.spelled, text: '' }]
    this.#report({ ...syntaxProblem(primarySpan(token.origin), `unclosed "${token.text}"`), suggestions })
  }

  #report(problem: Problem): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem)
  }

  /** Who loses the line of a closing brace loses the separator behind it as well: that is one fault. */
  #putCloser(index: number, separator: ',' | ';' | '' = ''): void {
    const opener = this.#open.at(-1)
    const previous = this.#tokens[index - 1]
    if (opener && !opener.hangs && opener.token.text === '{' && this.#tokens[opener.index + 1]?.text === '{') {
      this.#dropOpener(opener)
      return
    }
    this.#open.pop()
    if (!opener || !previous) return
    const text = CLOSER[opener.token.text] ?? '}'
    this.#put(index, text, previous)
    if (separator) this.#put(index, separator, previous)
    const related = [{ span: primarySpan(opener.token.origin), message: `to match this "${opener.token.text}"` }]
    this.#report({ ...missingAfter(previous, text + separator, `expected "${text}${separator}"`), related })
  }

  #putOpener(index: number, text: '{' | '['): void {
    const next = this.#tokens[index]!
    this.#put(index, text, this.#tokens[index - 1] ?? next)
    const { file, start } = next.origin.spelled
    const suggestions = [{ title: `Insert "${text}"`, span: { file, start, end: start }, text }]
    this.#report({
      ...syntaxProblem(primarySpan(next.origin), `expected "${text}" before "${next.text}"`),
      suggestions,
    })
  }

  #followsOperand(index: number): boolean {
    const before = this.#tokens[index - 1]
    return before !== undefined && (before.kind === 'number' || before.kind === 'identifier' || before.text === ')')
  }

  /** Where the expression begins that ends before `at`: behind a name or a separator. */
  #operandBefore(index: number): number {
    let start = index - 1
    for (const least = Math.max(0, index - MAX_OPERAND_TOKENS); least < start; start--) {
      const [before, here] = [this.#tokens[start - 1]!, this.#tokens[start]!]
      if (/^[,;{}=]$/.test(before.text) || (before.kind === 'identifier' && here.kind !== 'punctuator')) break
    }
    return Math.max(0, start)
  }

  /** A bracket of no width where it would have been typed. */
  #put(index: number, text: string, beside: Token): void {
    const { file, end } = beside.origin.spelled
    const { expandedAt } = beside.origin
    const origin = { spelled: { file, start: end, end }, ...(expandedAt && { expandedAt }) }
    const token: Token = { kind: 'punctuator', text, origin, startsLine: false, spaceBefore: true }
    const tokens = this.#before.get(index) ?? []
    tokens.push(token)
    this.#before.set(index, tokens)
  }

  #drop(index: number, token: Token): void {
    this.#dropped.add(index)
    const suggestions = [{ title: `Remove "${token.text}"`, span: token.origin.spelled, text: '' }]
    this.#report({
      ...syntaxProblem(primarySpan(token.origin), `unmatched "${token.text}"`),
      suggestions,
    })
  }

  #result(): readonly Token[] {
    const tokens = this.#tokens.flatMap((token, i) => [
      ...(this.#before.get(i) ?? []),
      ...(this.#dropped.has(i) ? [] : [token]),
    ])
    return [...tokens, ...(this.#before.get(this.#tokens.length) ?? [])]
  }
}

/** Takes off the last lines that are indented deeper than `limit`; answers where the first of them begins. */
function deeperRun(lines: Open['lines'], limit: number): number | undefined {
  let first: number | undefined
  for (let line = lines.at(-1); line && limit < line.indent; line = lines.at(-1)) {
    first = line.index
    lines.pop()
  }
  return first
}
