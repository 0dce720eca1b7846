import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import type { Token, TokenKind } from '../token.ts'
import type { ProblemKind } from '../unit.ts'
import type { Lexeme, Use } from './lex.ts'
import type { MacroDefinition } from './macro.ts'
import { type Argument, replacementOf, substitute } from './substitute.ts'

/** Where tokens come from when no macro has any left: the files. */
export interface TokenSource {
  /** The next token; with `withinFile`, undefined at the end of the file being read instead of going on behind it. */
  next(withinFile: boolean): Lexeme | undefined
  /** The token `next(true)` would answer, unless a directive stands before it. */
  peek(): Lexeme | undefined
  /** The token that a dynamic macro gives where `name` stands. */
  dynamic(macro: MacroDefinition, name: Lexeme): { readonly kind: TokenKind; readonly text: string }
  /** Called when the use of a macro is known to be one, before its replacement is read. */
  used(macro: MacroDefinition, name: Lexeme, use: Use): void
  problem(kind: ProblemKind, span: Span, message: string): void
}

/** Uses within uses: deeper ones are left as they are, so that neither stack nor origin chains grow with the input. */
const MAX_DEPTH = 256
/** Tokens that one use may move about, and that all of them may. */
const MAX_TOKENS_OF_USE = 1 << 15
const MAX_TOKENS = 1 << 16
/** How often what follows an unclosed parenthesis is read again. */
const MAX_REREADS = 32

/** Tokens still to be read: a macro's replacement, or (with `isEnd`) an argument or a line to be expanded on its own. */
interface Context {
  readonly tokens: readonly Lexeme[]
  next: number
  readonly macro: MacroDefinition | undefined
  readonly isEnd: boolean
}

/**
 * Replaces macros as gcc does: the replacement lists being read form a stack, and a macro is not replaced while its own
 * is on it. Where the standard leaves open whether a name is nested (6.10.3.4 paragraph 4), this decides as gcc.
 */
export class Expander {
  readonly macros: Pick<ReadonlyMap<string, MacroDefinition>, 'get'>
  /** Where the tokens that `next` answers are appended. */
  sink: Token[]
  readonly #source: TokenSource
  readonly #contexts: Context[] = []
  /** Macros whose replacement is being read. */
  readonly #expanding = new Set<MacroDefinition>()
  #spent = 0
  #spentInAll = 0
  #isExhausted = false

  constructor(macros: Expander['macros'], source: TokenSource, sink: Token[]) {
    this.macros = macros
    this.sink = sink
    this.#source = source
  }

  /** The next token with macros replaced. */
  next(): Lexeme | undefined {
    for (;;) {
      const token = this.raw()
      if (token === undefined || token.kind !== 'identifier' || token.painted) return token
      const macro = this.macros.get(token.text)
      if (macro === undefined) return token
      if (this.#expanding.has(macro)) return painted(token)
      if (!this.#enter(macro, token)) return token
    }
  }

  /** The next token as it is. */
  raw(withinFile = false): Lexeme | undefined {
    for (let top = this.#contexts.at(-1); top; top = this.#contexts.at(-1)) {
      const token = top.tokens[top.next++]
      if (token) return token
      if (top.isEnd) return undefined
      this.#leave()
    }
    return this.#source.next(withinFile)
  }

  /** Reads the line of a directive on its own. What `read` appends is the answer. */
  line(tokens: readonly Lexeme[], read?: (out: Lexeme[]) => void): Lexeme[] {
    this.#begin()
    return this.#within(tokens, read)
  }

  /** Reads tokens on their own: `next` and `raw` answer undefined at their end. */
  #within(tokens: readonly Lexeme[], read = (out: Lexeme[]): void => this.#readAll(out)): Lexeme[] {
    this.#contexts.push({ tokens, next: 0, macro: undefined, isEnd: true })
    const outer = this.sink
    const out: Lexeme[] = []
    this.sink = out
    read(out)
    this.sink = outer
    while (!this.#contexts.at(-1)!.isEnd) this.#leave()
    this.#contexts.pop()
    return out
  }

  #readAll(out: Lexeme[]): void {
    for (let token = this.next(); token; token = this.next()) out.push(token)
  }

  /** A new outermost use or line has a new allowance. */
  #begin(): void {
    this.#spent = 0
    this.#isExhausted = this.#spentInAll > MAX_TOKENS
  }

  #leave(): void {
    const { macro } = this.#contexts.pop()!
    if (macro) this.#expanding.delete(macro)
  }

  /** The token `raw` would answer; undefined at the end of what is read, or before a directive. */
  peek(): Lexeme | undefined {
    for (let index = this.#contexts.length - 1; index >= 0; index--) {
      const context = this.#contexts[index]!
      const token = context.tokens[context.next]
      if (token || context.isEnd) return token
    }
    return this.#source.peek()
  }

  /** Begins to read a macro's replacement; false when `name` is not a use of it. */
  #enter(macro: MacroDefinition, name: Lexeme): boolean {
    if (this.#contexts.length === 0) this.#begin()
    if (macro.parameters && this.peek()?.text !== '(') return false
    if (this.#exceedsBounds(name)) return this.#skip(macro, name)
    return macro.parameters ? this.#enterFunction(macro, name) : this.#enterObject(macro, name)
  }

  /** Where a file has used up its allowance, names stand for their uses: thousands of different ones would still be parsed. */
  #skip(macro: MacroDefinition, name: Lexeme): boolean {
    if (!macro.parameters || this.#contexts.length > 0 || !this.#collect(macro, name)) return false
    this.#contexts.push({ tokens: [painted(name)], next: 0, macro: undefined, isEnd: false })
    return true
  }

  #enterObject(macro: MacroDefinition, name: Lexeme): boolean {
    const use = useOf(name, name)
    this.#source.used(macro, name, use)
    const plain = macro.dynamic ? [this.#dynamic(macro, name, use)] : replacementOf(macro, use, name)
    if (plain) this.#read(plain, macro)
    else this.#push(this.#substitute(macro, [], use, name), name, macro)
    return true
  }

  #dynamic(macro: MacroDefinition, name: Lexeme, use: Use): Lexeme {
    const { kind, text } = this.#source.dynamic(macro, name)
    return { ...name, kind, text, origin: { spelled: name.origin.spelled, expandedAt: use } }
  }

  #enterFunction(macro: MacroDefinition, name: Lexeme): boolean {
    const collected = this.#collect(macro, name)
    if (!collected) return false
    const use = useOf(name, collected.close)
    const texts = this.#matched(macro, name, collected.args)
    if (!texts) return false
    this.#source.used(macro, name, use)
    this.#push(this.#substitute(macro, this.#asArguments(texts, use, name), use, name), name, macro)
    this.#exceedsBounds(name)
    return true
  }

  #push(tokens: readonly Lexeme[], name: Lexeme, macro: MacroDefinition): void {
    const first = tokens[0]
    const { startsLine, spaceBefore } = name
    this.#read(first ? [{ ...first, startsLine, spaceBefore }, ...tokens.slice(1)] : tokens, macro)
  }

  #read(tokens: readonly Lexeme[], macro: MacroDefinition): void {
    this.#contexts.push({ tokens, next: 0, macro, isEnd: false })
    this.#expanding.add(macro)
    this.#spend(tokens)
  }

  #spend(tokens: readonly Lexeme[]): void {
    let cost = 1 + tokens.length
    for (const { text } of tokens) cost += text.length >> 6
    this.#spent += cost
    this.#spentInAll += cost
  }

  #substitute(macro: MacroDefinition, args: readonly Argument[], use: Use, name: Lexeme): readonly Lexeme[] {
    return substitute(macro, args, use, (left, right) =>
      this.#source.problem(
        'macro',
        primarySpan(name.origin),
        `pasting "${left}" and "${right}" does not give a valid preprocessing token`,
      ),
    )
  }

  /** Reads from `(` to the parenthesis that closes it; when none does, everything read stays to be read again. */
  #collect(macro: MacroDefinition, name: Lexeme): { args: Lexeme[][]; close: Lexeme } | undefined {
    const read: Lexeme[] = [this.raw(true)!]
    const args: Lexeme[][] = [[]]
    for (let depth = 0, token = this.raw(true); ; token = this.raw(true)) {
      if (!token) return this.#unterminated(macro, name, read)
      read.push(token)
      if (token.kind === 'punctuator') {
        if (token.text === '(') depth++
        else if (token.text === ')' && depth-- === 0) return { args, close: token }
        else if (token.text === ',' && depth === 0 && !(macro.variadic && args.length >= macro.parameters!.length)) {
          args.push([])
          continue
        }
      }
      args.at(-1)!.push(this.#isBeingExpanded(token) ? painted(token) : token)
    }
  }

  #isBeingExpanded(token: Lexeme): boolean {
    if (this.#expanding.size === 0 || token.kind !== 'identifier' || token.painted) return false
    const macro = this.macros.get(token.text)
    return macro !== undefined && this.#expanding.has(macro)
  }

  #unterminated(macro: MacroDefinition, name: Lexeme, read: Lexeme[]): undefined {
    this.#source.problem('macro', primarySpan(name.origin), `unterminated argument list invoking macro "${macro.name}"`)
    this.#contexts.push({ tokens: read, next: 0, macro: undefined, isEnd: false })
    this.#spent += MAX_TOKENS_OF_USE / MAX_REREADS
  }

  /** The arguments, one a parameter, when their number is right. A variadic parameter's may be missing. */
  #matched(macro: MacroDefinition, name: Lexeme, args: Lexeme[][]): (Lexeme[] | undefined)[] | undefined {
    const missing = macro.parameters!.length
    if (args.length === missing) return missing === 1 && macro.variadic && args[0]!.length === 0 ? [undefined] : args
    if (missing === 0 && args.length === 1 && args[0]!.length === 0) return []
    if (macro.variadic && args.length === missing - 1) return [...args, undefined]
    const message =
      args.length > missing
        ? `macro "${macro.name}" passed ${args.length} arguments, but takes just ${missing}`
        : `macro "${macro.name}" requires ${missing} arguments, but only ${args.length} given`
    this.#source.problem('macro', primarySpan(name.origin), message)
    return undefined
  }

  #asArguments(texts: readonly (Lexeme[] | undefined)[], use: Use, name: Lexeme): Argument[] {
    const rebase = rebaser(use)
    return texts.map(tokens => {
      const raw = (tokens ?? []).map(rebase)
      this.#spend(raw)
      let expanded: readonly Lexeme[] | undefined
      return { raw, absent: tokens === undefined, expanded: () => (expanded ??= this.#argument(raw, name)) }
    })
  }

  /** An argument with its macros replaced; nothing once there is too much, lest every use around it double that. */
  #argument(raw: readonly Lexeme[], name: Lexeme): readonly Lexeme[] {
    const tokens = this.#within(raw)
    return this.#exceedsBounds(name) ? [] : tokens
  }

  #exceedsBounds(name: Lexeme): boolean {
    const isDeep = (name.origin.expandedAt?.depth ?? 0) >= MAX_DEPTH
    if (!this.#isExhausted && (isDeep || this.#spent > MAX_TOKENS_OF_USE || this.#spentInAll > MAX_TOKENS)) {
      this.#isExhausted = true
      const why = isDeep
        ? `${MAX_DEPTH} nested macros`
        : `${this.#spentInAll > MAX_TOKENS ? MAX_TOKENS : MAX_TOKENS_OF_USE} tokens`
      this.#source.problem(
        'expansion-limit',
        primarySpan(name.origin),
        `expansion exceeds ${why}; the rest is not expanded`,
      )
    }
    return this.#isExhausted
  }
}

const painted = (token: Lexeme): Lexeme => ({ ...token, painted: true })

/** The use that reaches from `name` to `close`; the name alone when a part of it came out of another macro. */
function useOf(name: Lexeme, close: Lexeme): Use {
  const { spelled, expandedAt } = name.origin
  const { file, start } = spelled
  const end = close.origin.spelled
  const isWhole = end.file === file && close.origin.expandedAt === expandedAt && end.end > start
  const depth = (expandedAt?.depth ?? 0) + 1
  const whole = isWhole ? { file, start, end: end.end } : spelled
  return expandedAt ? { spelled: whole, expandedAt, depth } : { spelled: whole, depth }
}

/**
 * Puts a use into the history of the tokens passed to it, between what happened in the argument and what surrounds
 * the use: `F(G)` within `H` becomes G's text, used in F's argument, used in H.
 */
function rebaser(use: Use): (token: Lexeme) => Lexeme {
  const known = new Map<Use, Use>()
  const moved = (inner: Use | undefined): Use => {
    if (inner === undefined || inner === use.expandedAt) return use
    let result = known.get(inner)
    if (!result) {
      const expandedAt = moved(inner.expandedAt)
      result = { spelled: inner.spelled, expandedAt, depth: expandedAt.depth + 1 }
      known.set(inner, result)
    }
    return result
  }
  return ({ kind, text, origin, startsLine, spaceBefore, painted }) => ({
    kind,
    text,
    origin: { spelled: origin.spelled, expandedAt: moved(origin.expandedAt) },
    startsLine,
    spaceBefore,
    painted,
  })
}
