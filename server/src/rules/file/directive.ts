import page from './directive.md'
import { problemRule } from './problems.ts'

/** What the preprocessor cannot do. */
export const directive = problemRule(['directive', 'include-cycle', 'macro', 'expansion-limit'], {
  code: 'JH102',
  id: 'directive',
  title: 'Invalid directive or macro',
  severity: 'error',
  page,
})
