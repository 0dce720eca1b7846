import { problemRule } from './problems.ts'
import page from './value-too-wide.md'

/** A value whose upper bits are lost. */
export const valueTooWide = problemRule(
  ['value-truncated'],
  {
    code: 'JH106',
    id: 'value-too-wide',
    title: 'Value out of range for its field',
    severity: 'error',
    charges: 'extent',
    page,
    constraints: ['build-value-overflow'],
  },
  () => 'error',
)
