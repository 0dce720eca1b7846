import page from './duplicate-designator.md'
import { problemRule } from './problems.ts'

/** The last of two values wins. */
export const duplicateDesignator = problemRule(
  ['duplicate-designator'],
  {
    code: 'JH108',
    id: 'duplicate-designator',
    title: 'Field initialised twice',
    severity: 'error',
    page,
    constraints: ['build-duplicate-designator'],
  },
  () => 'error',
)
