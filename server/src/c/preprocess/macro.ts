import { memoize } from '../../text/memo.ts'
import type { Span } from '../../text/source-file.ts'
import type { Macro, Problem } from '../unit.ts'
import { type Directive, type Lexeme, spell } from './lex.ts'

/** A macro, ready to be replaced. */
export interface MacroDefinition extends Macro {
  /** Whether the last parameter takes all remaining arguments. */
  readonly variadic: boolean
  readonly parts: readonly Part[]
  /** Answers the one token of `__LINE__` and its like; `parts` is empty then. */
  readonly dynamic?: 'line' | 'file' | 'base-file' | 'counter' | 'include-level'
}

/** One part of a replacement list. */
export interface Part {
  readonly token: Lexeme
  /** Index of the parameter it names. */
  readonly parameter?: number
  /** `# parameter`: `spelled` spans operator and operand. */
  readonly stringize?: Span
  /** `__VA_OPT__ ( … )`: what stands between the parentheses. */
  readonly optional?: readonly Part[]
  /** Where it ends; past the parenthesis for `__VA_OPT__`. */
  readonly end: number
  /** Followed by `##`. */
  readonly pasteNext: boolean
}

export interface Defined {
  readonly macro: MacroDefinition | undefined
  readonly problems: readonly Problem[]
}

/** Reads the rest of a `#define` line; what it answers depends on that line alone. */
export const definitionOf = memoize((directive: Directive): Defined => {
  const problems: Problem[] = []
  const macro = new DefinitionReader(directive, problems).read()
  return { macro, problems }
})

class DefinitionReader {
  readonly #tokens: readonly Lexeme[]
  readonly #problems: Problem[]
  readonly #directive: Directive
  /** Next token to read. */
  #next = 1

  constructor(directive: Directive, problems: Problem[]) {
    this.#directive = directive
    this.#tokens = directive.tokens
    this.#problems = problems
  }

  read(): MacroDefinition | undefined {
    const name = this.#tokens[0]
    if (!name) return this.#fail(this.#directive.span, 'no macro name given in #define directive')
    if (name.kind !== 'identifier') return this.#fail(name.origin.spelled, 'macro names must be identifiers')
    if (name.text === 'defined') return this.#fail(name.origin.spelled, '"defined" cannot be used as a macro name')
    const open = this.#tokens[1]
    const functionLike = open?.text === '(' && !open.spaceBefore
    const parameters = functionLike ? this.#parameters() : undefined
    if (functionLike && !parameters) return undefined
    const names = parameters?.map(parameterName) ?? []
    const variadic = parameters?.at(-1)?.endsWith('...') ?? false
    const body = this.#tokens.slice(this.#next)
    const parts = this.#parts(body, names, functionLike, variadic)
    if (!parts) return undefined
    return { name: name.text, parameters, body: spell(body), span: name.origin.spelled, variadic, parts }
  }

  #fail(span: Span, message: string): undefined {
    this.#problems.push({ kind: 'macro', severity: 'error', span, message })
  }

  #parameters(): string[] | undefined {
    const names: string[] = []
    this.#next = 2
    for (;;) {
      const token = this.#tokens[this.#next++]
      if (token?.text === ')' && names.length === 0) return names
      if (token?.text === '...') names.push('...')
      else if (token?.kind !== 'identifier')
        return this.#fail((token ?? this.#tokens[1]!).origin.spelled, parameterNeeded)
      else if (names.includes(token.text))
        return this.#fail(token.origin.spelled, `duplicate macro parameter "${token.text}"`)
      else
        names.push(
          this.#tokens[this.#next]?.text === '...' ? `${token.text}${this.#tokens[this.#next++]!.text}` : token.text,
        )
      const separator = this.#tokens[this.#next++]
      if (separator?.text === ')') return names
      if (separator?.text !== ',' || names.at(-1)?.endsWith('...'))
        return this.#fail(
          (separator ?? this.#tokens[1]!).origin.spelled,
          'expected "," or ")" in the macro parameter list',
        )
    }
  }

  #parts(
    body: readonly Lexeme[],
    names: readonly string[],
    functionLike: boolean,
    variadic: boolean,
  ): Part[] | undefined {
    const parts: Part[] = []
    for (let index = 0; index < body.length; index++) {
      const token = body[index]!
      const { spelled } = token.origin
      if (token.text === '##' && token.kind === 'punctuator') {
        const left = parts.pop()
        if (!left || index + 1 === body.length)
          return this.#fail(spelled, "'##' cannot appear at either end of a macro expansion")
        parts.push({ ...left, pasteNext: true })
        continue
      }
      const hash = functionLike && token.text === '#' && token.kind === 'punctuator'
      const operand = hash ? body[++index] : token
      const part = operand && this.#part(operand, names)
      if (hash && part?.parameter === undefined && !(variadic && operand?.text === '__VA_OPT__'))
        return this.#fail(spelled, "'#' is not followed by a macro parameter")
      if (!part) continue
      if (variadic && operand.text === '__VA_OPT__') {
        const close = closingParenthesis(body, index + 1)
        if (close === undefined) return this.#fail(operand.origin.spelled, 'unterminated __VA_OPT__')
        const optional = this.#parts(body.slice(index + 2, close), names, functionLike, false)
        if (!optional) return undefined
        index = close
        parts.push(stringized({ ...part, optional, end: body[close]!.origin.spelled.end }, hash, token))
      } else parts.push(stringized(part, hash, token))
    }
    return parts
  }

  #part(token: Lexeme, names: readonly string[]): Part {
    const parameter = token.kind === 'identifier' ? names.indexOf(token.text) : -1
    const part = { token, end: token.origin.spelled.end, pasteNext: false }
    return parameter < 0 ? part : { ...part, parameter }
  }
}

const parameterNeeded = 'expected a parameter name, "..." or ")" in the macro parameter list'

/** The name a parameter has in the replacement list: `...` is `__VA_ARGS__`, `args...` is `args`. */
const parameterName = (parameter: string): string =>
  parameter === '...' ? '__VA_ARGS__' : parameter.replace(/\.\.\.$/, '')

function stringized(part: Part, hash: boolean, operator: Lexeme): Part {
  if (!hash) return part
  const { file, start } = operator.origin.spelled
  const token = { ...part.token, spaceBefore: operator.spaceBefore }
  return { ...part, token, stringize: { file, start, end: part.end } }
}

/** The index of the parenthesis that closes the one at `open`. */
function closingParenthesis(tokens: readonly Lexeme[], open: number): number | undefined {
  if (tokens[open]?.text !== '(') return undefined
  for (let index = open, depth = 0; index < tokens.length; index++) {
    const { text } = tokens[index]!
    if (text === '(') depth++
    else if (text === ')' && --depth === 0) return index
  }
  return undefined
}

export const isSameMacro = (a: Macro, b: Macro): boolean =>
  a.body === b.body && a.parameters?.join() === b.parameters?.join()
