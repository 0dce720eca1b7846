import { spelledIn } from '../../c/problem.ts'
import { closest } from '../../c/recover/closest.ts'
import type { Problem } from '../../c/unit.ts'
import { headerNames } from '../../config/includes.ts'
import page from './include-not-found.md'
import { problemRule } from './problems.ts'

/** A header nobody has; a slip of one of the names a configuration includes is reported as such. */
export const includeNotFound = problemRule(
  ['include-not-found'],
  {
    code: 'JH103',
    id: 'include-not-found',
    title: 'Include file not found',
    severity: 'error',
    page,
  },
  ({ severity }) => severity,
  meantHeader,
)

function meantHeader(problem: Problem): Problem {
  const { span } = problem
  const name = /^[<"]([^<>"]*)[>"]$/.exec(spelledIn(problem))?.[1] ?? ''
  const suggestions = closest(name, headerNames).map(header => ({
    title: `Replace with ${header}`,
    span,
    text: `<${header}>`,
  }))
  return { ...problem, suggestions }
}
