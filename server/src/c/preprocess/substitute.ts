import type { Span } from '../../text/source-file.ts'
import { kindOfSpelling, type Lexeme, spell, type Use } from './lex.ts'
import type { MacroDefinition, Part } from './macro.ts'

/** What was passed for one parameter. */
export interface Argument {
  /** The tokens as passed: for `#` and `##`. */
  readonly raw: readonly Lexeme[]
  /** The tokens with their own macros replaced: for everything else. */
  readonly expanded: () => readonly Lexeme[]
  /** Nothing at all was passed for the variadic parameter, not even a comma. */
  readonly absent: boolean
}

/** Tells that `##` made no token of `left` and `right`. */
export type PasteFailure = (left: string, right: string) => void

/** Replaces parameters, `#` and `##` in a replacement list (C11 6.10.3.1 to 6.10.3.3); the answer is to be rescanned. */
export function substitute(macro: MacroDefinition, args: readonly Argument[], use: Use, fail: PasteFailure): Lexeme[] {
  return new Substitution(macro, args, use, fail).replace(macro.parts).filter(isReal)
}

/** The replacement list of a macro that has neither parameters nor `##`: most are constants. */
export function replacementOf({ parts }: MacroDefinition, use: Use, place: Lexeme): readonly Lexeme[] | undefined {
  const tokens: Lexeme[] = []
  for (const { token, pasteNext } of parts) {
    if (pasteNext) return undefined
    const { startsLine, spaceBefore } = tokens.length === 0 ? place : token
    const origin = { spelled: token.origin.spelled, expandedAt: use }
    tokens.push({ kind: token.kind, text: token.text, origin, startsLine, spaceBefore, painted: token.painted })
  }
  return tokens
}

/** What an empty operand of `##` leaves behind until all pasting is done. */
const isReal = (token: Lexeme): boolean => token.text !== ''

class Substitution {
  readonly #macro: MacroDefinition
  readonly #args: readonly Argument[]
  readonly #use: Use
  readonly #fail: PasteFailure
  /** Tokens it may still make: what follows is left out, and the expander tells. */
  #room = 1 << 18

  constructor(macro: MacroDefinition, args: readonly Argument[], use: Use, fail: PasteFailure) {
    this.#macro = macro
    this.#args = args
    this.#use = use
    this.#fail = fail
  }

  replace(parts: readonly Part[]): Lexeme[] {
    const out: Lexeme[] = []
    let left: Part | undefined
    for (const part of parts) {
      const before = out.length
      if (left?.pasteNext) this.#pasteOnto(out, left, part)
      else for (const token of this.#tokensOf(part, part.pasteNext)) out.push(token)
      left = part
      this.#room -= out.length - before
      if (this.#room < 0) break
    }
    return out
  }

  #pasteOnto(out: Lexeme[], left: Part, right: Part): void {
    const comma = out.at(-1)
    if (this.#isRest(right) && comma?.text === ',' && left.parameter === undefined) {
      const { raw, absent } = this.#args[right.parameter!]!
      if (absent) out.pop()
      for (const token of raw) out.push(token)
      return
    }
    const [first, ...rest] = this.#tokensOf(right, true)
    const last = out.pop()
    if (last && first) out.push(...this.#paste(last, first, left, right))
    for (const token of rest) out.push(token)
  }

  /** Whether a part is the parameter for all remaining arguments: `, ## __VA_ARGS__` is GNU's way to drop a comma. */
  #isRest = (part: Part): boolean =>
    this.#macro.variadic && part.parameter === this.#macro.parameters!.length - 1 && !part.stringize

  /** The tokens a part stands for; never none when it is an operand of `##`. */
  #tokensOf(part: Part, isOperand: boolean): Lexeme[] {
    const { token, parameter } = part
    if (part.stringize) return [this.#stringized(part, part.stringize)]
    if (part.optional) return this.#orPlacemarker(spaced(this.#optional(part.optional), token), part, isOperand)
    if (parameter === undefined) return [this.#spaced(token)]
    const argument = this.#args[parameter]!
    const tokens = isOperand ? argument.raw : argument.expanded()
    return this.#orPlacemarker(spaced(tokens, token), part, isOperand)
  }

  #orPlacemarker(tokens: Lexeme[], { token }: Part, isOperand: boolean): Lexeme[] {
    return tokens.length > 0 || !isOperand ? tokens : [{ ...this.#spaced(token), kind: 'other', text: '' }]
  }

  #optional(parts: readonly Part[]): Lexeme[] {
    const rest = this.#args.at(-1)
    return rest && rest.expanded().length > 0 ? this.replace(parts).filter(isReal) : []
  }

  #spaced({ kind, text, origin, startsLine, spaceBefore, painted }: Lexeme): Lexeme {
    return {
      kind,
      text,
      origin: { spelled: origin.spelled, expandedAt: this.#use },
      startsLine,
      spaceBefore,
      painted,
    }
  }

  #made(kind: Lexeme['kind'], text: string, spelled: Span, like: Lexeme): Lexeme {
    const { startsLine, spaceBefore } = like
    this.#room -= text.length >> 4
    return { kind, text, origin: { spelled, expandedAt: this.#use }, startsLine, spaceBefore, painted: false }
  }

  #stringized(part: Part, spelled: Span): Lexeme {
    const tokens = part.optional ? this.#optional(part.optional) : this.#args[part.parameter!]!.raw
    this.#room -= tokens.length
    return this.#made('string', stringOf(tokens), spelled, part.token)
  }

  #paste(left: Lexeme, right: Lexeme, leftPart: Part, rightPart: Part): Lexeme[] {
    if (left.text === '') return [{ ...right, spaceBefore: left.spaceBefore }]
    if (right.text === '') return [left]
    const text = left.text + right.text
    const kind = kindOfSpelling(text)
    if (kind && kind !== 'other') return [this.#made(kind, text, this.#operands(left, leftPart, rightPart), left)]
    this.#fail(left.text, right.text)
    return [left, right]
  }

  /** The text in the replacement list from the left operand to the right; further left when that was pasted itself. */
  #operands(left: Lexeme, leftPart: Part, rightPart: Part): Span {
    const { file, start } = leftPart.token.origin.spelled
    const { spelled, expandedAt } = left.origin
    const chained = expandedAt === this.#use && spelled.file === file && spelled.end === leftPart.end
    return { file, start: chained ? Math.min(spelled.start, start) : start, end: rightPart.end }
  }
}

/** The tokens with the blank before the first that `place` has. */
function spaced(tokens: readonly Lexeme[], place: Lexeme): Lexeme[] {
  return tokens.map((token, index) => (index > 0 ? token : { ...token, spaceBefore: place.spaceBefore }))
}

/** The string literal `#` makes (C11 6.10.3.2): quotes and backslashes are escaped within literals only. */
const stringOf = (tokens: readonly Lexeme[]): string => `"${spell(tokens.map(escaped))}"`

function escaped(token: Lexeme): Lexeme {
  const isLiteral =
    token.kind === 'string' || token.kind === 'char' || (token.kind === 'other' && token.text.length > 1)
  return isLiteral ? { ...token, text: token.text.replace(/["\\]/g, '\\$&') } : token
}
