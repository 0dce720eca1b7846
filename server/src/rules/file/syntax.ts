import { problemRule } from './problems.ts'
import page from './syntax.md'

/** Text that is no C. */
export const syntaxError = problemRule(['syntax', 'missing-separator', 'declaration'], {
  code: 'JH101',
  id: 'syntax',
  title: 'Syntax error',
  severity: 'error',
  page,
})
