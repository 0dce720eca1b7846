import type { Span } from '../../text/source-file.ts'
import type { Problem } from '../unit.ts'
import type { Directive, Lexeme } from './lex.ts'

/** From the `#` to the last token of the line. */
export const lineOf = ({ span, tokens }: Directive): Span => ({
  ...span,
  end: tokens.at(-1)?.origin.spelled.end ?? span.end,
})

/** Only an initializer has these: a line of it that begins with a `#` by mistake. */
export const isCode = ({ name, tokens }: Directive): boolean =>
  /^[.{}]$/.test(name) || tokens.some(({ text }, i) => text === '{' || text === '}' || (text === '.' && i === 0))

/** Tells of what stands behind the tokens that a directive takes. */
export function expectEnd({ name, tokens }: Directive, used: number, problems: Problem[]): void {
  const extra = tokens[used]
  if (!extra) return
  const message = `extra tokens at end of #${name} directive`
  problems.push({ kind: 'directive', span: extra.origin.spelled, message, severity: 'warning' })
}

/** The identifier that is all a directive takes, or undefined after telling. */
export function nameIn(directive: Directive, problems: Problem[]): Lexeme | undefined {
  const name = directive.tokens[0]
  expectEnd(directive, 1, problems)
  if (name?.kind === 'identifier') return name
  const message = name ? 'macro names must be identifiers' : `no macro name given in #${directive.name} directive`
  problems.push({ kind: 'directive', span: name?.origin.spelled ?? directive.span, message, severity: 'error' })
  return undefined
}
