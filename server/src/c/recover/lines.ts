import { primarySpan } from '../../text/origin.ts'
import type { Token } from '../token.ts'

/** A line that begins a member, an element or a declaration, or closes something, with what its layout says. */
export interface Line {
  /** In columns. */
  readonly indent: number
  /** Index of its first token. */
  readonly index: number
  /** It begins with a closing brace. */
  readonly closes: boolean
  /** A closing brace among lines that go on deeper before and behind it, or what was pasted to it. */
  readonly standsOut: boolean
  readonly next: Line | undefined
}

/** The lines of tokens, by the index of their first token, but for those that go on with an expression. */
export function linesOf(tokens: readonly Token[]): ReadonlyMap<number, Line> {
  const lines = candidates(tokens)
  const byToken = new Map<number, Line>()
  let next: Line | undefined
  for (let i = lines.length - 1; 0 <= i; i--) {
    const { index, indent, closes } = lines[i]!
    next = { index, indent, closes, standsOut: standsOut(lines, i), next }
    byToken.set(index, next)
  }
  return byToken
}

interface Candidate {
  readonly index: number
  readonly indent: number
  readonly closes: boolean
  /** Brackets it opens and leaves open. */
  opens: number
}

function candidates(tokens: readonly Token[]): readonly Candidate[] {
  const lines: Candidate[] = []
  for (const [index, token] of tokens.entries()) {
    const begins = token.startsLine && (!token.origin.expandedAt || token.text === '{')
    if (begins && (/^[}{.]$/.test(token.text) || !goesOn(tokens[index - 1])))
      lines.push({ index, indent: indentOf(token), closes: token.text === '}', opens: 0 })
    const line = lines.at(-1)
    if (line && /^[([{]$/.test(token.text)) line.opens++
    if (line && /^[)\]}]$/.test(token.text)) line.opens = Math.max(0, line.opens - 1)
  }
  return lines
}

/** An expression goes on behind this token. */
const goesOn = (token: Token | undefined): boolean => token !== undefined && !/^[=,;{}]$/.test(token.text)

/** A brace that closes nothing may take with it the rest of the line it was pasted to. */
const MAX_PASTED_LINES = 2

function standsOut(lines: readonly Candidate[], index: number): boolean {
  for (let first = index; 0 <= first && index - first < MAX_PASTED_LINES; first--)
    if (lines[first]!.closes && standsOutFrom(lines, first, index)) return true
  return false
}

/** Whether the lines from `first` to `at`, at least, lie shallower than what surrounds them and open nothing. */
function standsOutFrom(lines: readonly Candidate[], first: number, index: number): boolean {
  let indent = 0
  for (let i = first; i < lines.length && i - first <= MAX_PASTED_LINES; i++) {
    const line = lines[i]!
    if (index < i && indent < line.indent && !line.closes) return (lines[first - 1]?.indent ?? 0) > indent
    if (0 < line.opens) return false
    indent = Math.max(indent, line.indent)
  }
  return false
}

/** The indentation of the token's line, a tab reaching to the next multiple of 8. */
export function indentOf(token: Token): number {
  const { file, start } = primarySpan(token.origin)
  let column = 0
  for (let i = file.text.lastIndexOf('\n', start - 1) + 1; i < start; i++) {
    if (file.text[i] === '\t') column = (column | 7) + 1
    else if (file.text[i] === ' ') column++
    else break
  }
  return column
}
