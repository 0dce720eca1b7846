import { primarySpan } from '../text/origin.ts'
import { type Span, textOf } from '../text/source-file.ts'
import type { Token } from './token.ts'
import type { Problem } from './unit.ts'

/** Something to put in that would make the text right, where it would be typed. */
const insertAfter = (token: Token, text: string): NonNullable<Problem['suggestions']>[number] => {
  const { file, end } = token.origin.spelled
  return { title: `Insert "${text}"`, span: { file, start: end, end }, text }
}

/** A syntax problem right after a token, with the text that is missing there. */
export function missingAfter(token: Token, text: string, message: string, kind: Problem['kind'] = 'syntax'): Problem {
  const suggestions = token.origin.expandedAt ? {} : { suggestions: [insertAfter(token, text)] }
  return { kind, span: primarySpan(token.origin), message, ...suggestions, severity: 'error' }
}

export const syntaxProblem = (span: Span, message: string): Problem => ({
  kind: 'syntax',
  span,
  message,
  severity: 'error',
})

/** The name or number that a problem is about, as the file spells it. */
export const spelledIn = ({ span }: Problem): string => textOf(span)
