import { problemRule } from './problems.ts'
import page from './text-too-long.md'

/** Text that loses its end. */
export const textTooLong = problemRule(['string-truncated'], {
  code: 'JH107',
  id: 'text-too-long',
  title: 'String too long for its field',
  severity: 'error',
  page,
  constraints: ['build-string-too-long'],
})
