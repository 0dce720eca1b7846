import page from './shift-width.md'
import { problemRule } from './problems.ts'

/** A shift past the width of its operand. */
export const shiftWidth = problemRule(['shift'], {
  code: 'JH111',
  id: 'shift-width',
  title: 'A shift stays within its operand',
  severity: 'error',
  page,
  covers: ['build-shift-width'],
}, () => 'error')
