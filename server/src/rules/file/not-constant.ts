import page from './not-constant.md'
import { problemRule } from './problems.ts'

/** A value the compiler cannot compute. */
export const notConstant = problemRule(['not-constant', 'division'], {
  code: 'JH110',
  id: 'not-constant',
  title: 'Non-constant value',
  severity: 'error',
  page,
})
