import { problemRule } from './problems.ts'
import page from './shift-width.md'

/** A shift past the width of its operand. */
export const shiftWidth = problemRule(
  ['shift'],
  {
    code: 'JH111',
    id: 'shift-width',
    title: 'Shift count out of range',
    severity: 'error',
    page,
    constraints: ['build-shift-width'],
  },
  () => 'error',
)
