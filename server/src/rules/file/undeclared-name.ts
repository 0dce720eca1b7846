import { problemRule } from './problems.ts'
import page from './undeclared-name.md'

/** A word the headers do not define. */
export const undeclaredName = problemRule(['undeclared', 'unknown-type'], {
  code: 'JH104',
  id: 'undeclared-name',
  title: 'Undeclared name',
  severity: 'error',
  constraints: ['rev-con-flags'],
  page,
})
