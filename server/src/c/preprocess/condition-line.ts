import type { Span } from '../../text/source-file.ts'
import type { ProblemKind } from '../unit.ts'
import type { Expander } from './expand.ts'
import { isKnownAttribute, standardAttribute } from './has-attribute.ts'
import { isBuiltin } from './has-builtin.ts'
import { type Header, headerIn } from './include.ts'
import type { Lexeme } from './lex.ts'

/** What the operators of `#if` ask. */
export interface Answers {
  isDefined(name: Lexeme): boolean
  /** `isNext`: for `__has_include_next`. */
  hasInclude(header: Header, isNext: boolean): boolean
  problem(kind: ProblemKind, span: Span, message: string): void
}

const HAS_INCLUDE: ReadonlySet<string> = new Set(['__has_include', '__has_include_next'])

/** The name that one asks for, and the answer: 0 for what gcc 12 does not have. */
const HAS_NAME: ReadonlyMap<string, (name: string, scope: string | undefined) => number> = new Map([
  ['__has_attribute', (name, scope) => Number(isOfGnu(scope) && isKnownAttribute(name))],
  [
    '__has_c_attribute',
    (name, scope) => (scope ? Number(isOfGnu(scope) && isKnownAttribute(name)) : standardAttribute(name)),
  ],
  ['__has_builtin', (name, scope) => Number(scope === undefined && isBuiltin(name))],
])

const isOfGnu = (scope: string | undefined): boolean => scope === undefined || /^(__)?gnu(__)?$/.test(scope)

/** What is defined though no macro. */
export const isOperator = (name: string): boolean => HAS_INCLUDE.has(name) || HAS_NAME.has(name)

/** Reads the line the expander is within: macros replaced, `defined` and its like answered by 1 or 0. */
export function conditionLine(line: Lexeme[], expander: Expander, answers: Answers): void {
  for (let token = expander.next(); token; token = expander.next()) {
    if (token.kind !== 'identifier') line.push(token)
    else if (token.text === 'defined') line.push(defined(token, expander, answers))
    else if (HAS_INCLUDE.has(token.text)) line.push(hasInclude(token, expander, answers))
    else if (HAS_NAME.has(token.text)) line.push(hasName(token, expander, answers))
    else line.push(token)
  }
}

function defined(operator: Lexeme, expander: Expander, answers: Answers): Lexeme {
  const isOpen = takeOpen(expander)
  const name = expander.raw()
  const close = isOpen ? expander.raw() : undefined
  const { spelled } = (name ?? operator).origin
  if (name?.kind !== 'identifier') answers.problem('directive', spelled, 'operator "defined" requires an identifier')
  else if (isOpen && close?.text !== ')') answers.problem('directive', spelled, 'missing \')\' after "defined"')
  return answer(operator, name?.kind === 'identifier' && answers.isDefined(name))
}

function hasInclude(operator: Lexeme, expander: Expander, answers: Answers): Lexeme {
  const isOpen = takeOpen(expander)
  const header = headerIn(headerTokens(expander))
  const close = expander.raw()
  if (isOpen && header && close?.text === ')')
    return answer(operator, answers.hasInclude(header, operator.text === '__has_include_next'))
  answers.problem('directive', operator.origin.spelled, `operator "${operator.text}" requires a header-name`)
  return answer(operator, false)
}

/** A name, or one of the scope `gnu`, that a macro may bring. */
function hasName(operator: Lexeme, expander: Expander, answers: Answers): Lexeme {
  const fault = (message: string) => {
    answers.problem('directive', operator.origin.spelled, message)
    return answer(operator, false)
  }
  if (!takeOpen(expander)) return fault(`missing '(' after "${operator.text}"`)
  const parts: string[] = []
  let token = expander.next()
  for (; token && token.text !== ')'; token = expander.next()) parts.push(token.text)
  const [, scope, name = ''] = /^(?:(\w+)::)?(\w+)$/.exec(parts.join('')) ?? []
  if (!/^[A-Za-z_]/.test(name)) return fault(`operator "${operator.text}" requires an identifier`)
  if (!token) return fault(`missing ')' after "${operator.text}"`)
  return answer(operator, HAS_NAME.get(operator.text)?.(name, scope) ?? 0)
}

function takeOpen(expander: Expander): boolean {
  const isOpen = expander.peek()?.text === '('
  if (isOpen) expander.raw()
  return isOpen
}

/** One string, or everything from `<` to `>`; a macro may bring either. */
function headerTokens(expander: Expander): Lexeme[] {
  const first = expander.peek()
  const isWritten = first?.kind === 'string' || first?.text === '<'
  const read = (): Lexeme | undefined => (isWritten ? expander.raw() : expander.next())
  const tokens: Lexeme[] = []
  for (let token = read(); token; token = read()) {
    tokens.push(token)
    if (token.text === '>' || tokens[0]?.kind === 'string') break
  }
  return tokens
}

const answer = (operator: Lexeme, value: boolean | number): Lexeme => ({
  ...operator,
  kind: 'number',
  text: String(Number(value)),
})
