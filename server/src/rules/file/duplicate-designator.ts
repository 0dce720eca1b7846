import page from './duplicate-designator.md'
import { problemRule } from './problems.ts'

/** The last of two values wins. */
export const duplicateDesignator = problemRule(
  ['duplicate-designator'],
  {
    code: 'JH108',
    id: 'duplicate-designator',
    title: 'A field is initialised once',
    severity: 'error',
    page,
    constraints: ['build-duplicate-designator'],
  },
  () => 'error',
)
