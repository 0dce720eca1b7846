import page from './include-not-found.md'
import { problemRule } from './problems.ts'

/** A header nobody has. */
export const includeNotFound = problemRule(['include-not-found'], {
  code: 'JH103',
  id: 'include-not-found',
  title: 'Include file not found',
  severity: 'error',
  page,
})
