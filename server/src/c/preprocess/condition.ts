import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import type { ProblemKind } from '../unit.ts'
import { characterValue, integerLiteral } from '../values/literal.ts'
import { calculate, compare } from '../values/operators.ts'
import type { Lexeme } from './lex.ts'

export interface Condition {
  readonly holds: boolean
  readonly problem?: { readonly kind: ProblemKind; readonly span: Span; readonly message: string }
}

/** All arithmetic of `#if` is in intmax_t or uintmax_t (C11 6.10.1 paragraph 4): 64 bits wide. */
interface Integer {
  readonly value: bigint
  readonly isUnsigned: boolean
}

/** Evaluates the expression of `#if`, its macros replaced and `defined` answered. `at` is the directive. */
export function evaluateCondition(tokens: readonly Lexeme[], span: Span): Condition {
  const { value, problem } = new ConditionParser(tokens, span).evaluate()
  return problem ? { holds: false, problem } : { holds: value !== 0n }
}

const levels: readonly string[] = ['||', '&&', '|', '^', '&', '== !=', '< > <= >=', '<< >>', '+ -', '* / %']
const binaryLevels: ReadonlyMap<string, number> = new Map(
  levels.flatMap((operators, level) => operators.split(' ').map(operator => [operator, level] as const)),
)

const unary: ReadonlySet<string> = new Set(['+', '-', '!', '~'])
/** Parentheses and `?:` within each other: bounds the stack. */
const MAX_NESTING = 200
const zero: Integer = { value: 0n, isUnsigned: false }

const integerOf = (value: bigint, isUnsigned: boolean): Integer => ({
  value: isUnsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value),
  isUnsigned,
})
const truth = (holds: boolean): Integer => ({ value: holds ? 1n : 0n, isUnsigned: false })

class ConditionParser {
  readonly #tokens: readonly Lexeme[]
  readonly #span: Span
  #next = 0
  #depth = 0
  #problem: Condition['problem']

  constructor(tokens: readonly Lexeme[], span: Span) {
    this.#tokens = tokens
    this.#span = span
  }

  evaluate(): { readonly value: bigint; readonly problem: Condition['problem'] } {
    if (this.#tokens.length === 0) this.#fail(undefined, '#if with no expression')
    const { value } = this.#comma(true)
    const rest = this.#tokens[this.#next]
    if (rest) this.#fail(rest, this.#misplaced(rest))
    return { value, problem: this.#problem }
  }

  #misplaced(rest: Lexeme): string {
    const before = this.#tokens[this.#next - 1]
    if (rest.text === '(' && before?.kind === 'identifier') return `function-like macro "${before.text}" is not defined`
    return rest.text === ')' ? "missing '(' in expression" : `missing binary operator before token "${rest.text}"`
  }

  #fail(token: Lexeme | undefined, message: string, kind: ProblemKind = 'directive'): Integer {
    this.#problem ??= { kind, span: token ? primarySpan(token.origin) : this.#span, message }
    this.#next = this.#tokens.length
    return zero
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'punctuator' || token.text !== text) return false
    this.#next++
    return true
  }

  #comma(isLive: boolean): Integer {
    let result = this.#conditional(isLive)
    while (this.#take(',')) result = this.#conditional(isLive)
    return result
  }

  /** `isLive`: whether the value counts; what is dead may divide by zero. */
  #conditional(isLive: boolean): Integer {
    if (this.#depth >= MAX_NESTING) return this.#fail(this.#tokens[this.#next], 'expression nested too deeply')
    this.#depth++
    const test = this.#binary(0, isLive)
    const result = this.#take('?') ? this.#branches(test.value !== 0n, isLive) : test
    this.#depth--
    return result
  }

  #branches(holds: boolean, isLive: boolean): Integer {
    const yes = this.#comma(isLive && holds)
    if (!this.#take(':')) return this.#fail(this.#tokens[this.#next], "'?' without following ':'")
    const no = this.#conditional(isLive && !holds)
    return integerOf((holds ? yes : no).value, yes.isUnsigned || no.isUnsigned)
  }

  #binary(level: number, isLive: boolean): Integer {
    let left = this.#unary(isLive)
    for (;;) {
      const operator = this.#tokens[this.#next]
      const own = operator?.kind === 'punctuator' ? binaryLevels.get(operator.text) : undefined
      if (operator === undefined || own === undefined || own < level) return left
      this.#next++
      const skips = (operator.text === '&&' && left.value === 0n) || (operator.text === '||' && left.value !== 0n)
      left = this.#apply(operator, left, this.#binary(own + 1, isLive && !skips), isLive)
    }
  }

  #apply(operator: Lexeme, left: Integer, right: Integer, isLive: boolean): Integer {
    const { text } = operator
    if (text === '<<' || text === '>>') return shifted(left, text === '<<' ? right.value : -right.value)
    const isUnsigned = left.isUnsigned || right.isUnsigned
    const a = integerOf(left.value, isUnsigned).value
    const b = integerOf(right.value, isUnsigned).value
    if ((text === '/' || text === '%') && b === 0n)
      return isLive ? this.#fail(operator, 'division by zero in #if', 'division') : zero
    const compared = compareLogically(text, a, b)
    return compared === undefined ? integerOf(calculate(text, a, b)!, isUnsigned) : truth(compared)
  }

  #unary(isLive: boolean): Integer {
    const operators: string[] = []
    for (let token = this.#tokens[this.#next]; token && unary.has(token.text); token = this.#tokens[this.#next]) {
      operators.push(token.text)
      this.#next++
    }
    return operators.reduceRight(applyUnary, this.#primary(isLive))
  }

  #primary(isLive: boolean): Integer {
    const token = this.#tokens[this.#next]
    if (!token) return this.#fail(this.#tokens.at(-1), this.#missing())
    if (this.#take('(')) {
      const inner = this.#comma(isLive)
      return this.#take(')') ? inner : this.#fail(this.#tokens[this.#next] ?? token, "missing ')' in expression")
    }
    this.#next++
    if (token.kind === 'identifier') return zero
    if (token.kind === 'number') return this.#number(token)
    const value = token.kind === 'char' ? characterValue(token.text) : undefined
    return value === undefined
      ? this.#fail(token, `token ${token.text} is not valid in preprocessor expressions`)
      : integerOf(value.value, false)
  }

  #missing(): string {
    const last = this.#tokens.at(-1)
    return last ? `operator '${last.text}' has no right operand` : '#if with no expression'
  }

  #number(token: Lexeme): Integer {
    const literal = integerLiteral(token.text)
    if (!literal) {
      const isFloat = /\.|^(?!0[xX]).*[eE]|[pP]/.test(token.text)
      return this.#fail(
        token,
        isFloat ? 'floating constant in preprocessor expression' : `invalid number ${token.text}`,
      )
    }
    return integerOf(literal.value, /u/i.test(token.text) || literal.value >= 1n << 63n)
  }
}

function compareLogically(operator: string, a: bigint, b: bigint): boolean | undefined {
  if (operator === '||') return a !== 0n || b !== 0n
  if (operator === '&&') return a !== 0n && b !== 0n
  return compare(operator, a, b)
}

function applyUnary(operand: Integer, operator: string): Integer {
  if (operator === '!') return truth(operand.value === 0n)
  if (operator === '~') return integerOf(~operand.value, operand.isUnsigned)
  return operator === '-' ? negated(operand) : operand
}

const negated = ({ value, isUnsigned }: Integer): Integer => integerOf(-value, isUnsigned)

/** Shifts left, by a negative count right; counts past the width shift everything out. */
function shifted({ value, isUnsigned }: Integer, count: bigint): Integer {
  if (count <= -64n) return integerOf(value < 0n ? -1n : 0n, isUnsigned)
  return integerOf(count >= 64n ? 0n : count >= 0n ? value << count : value >> -count, isUnsigned)
}
