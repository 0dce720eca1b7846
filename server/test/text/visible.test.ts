import { expect, test } from 'vitest'
import { bounded, visible, visibleLines } from '../../src/text/visible.ts'

test('what a terminal acts on is shown instead', () => {
  expect(visible('a\x1b[31m\x07\x7f\x9b2J')).toBe('a\\u001b[31m\\u0007\\u007f\\u009b2J')
  expect(visible('two\r\nlines\tand\u2028more')).toBe('two\\r\\nlines\\tand\\u2028more')
  expect(visible('\u202eback\u2066')).toBe('\\u202eback\\u2066')
  expect(visible('Gerät 𝐀 "x" \\n')).toBe('Gerät 𝐀 "x" \\n')
})

test('lines stay lines, and end as they ended', () => {
  expect(visibleLines('a\tb\x1b\r\nc\rd\n')).toBe('a\tb\\u001b\r\nc\\rd\n')
})

test('what is escaped in JSON is still JSON', () => {
  expect(JSON.parse(visibleLines(JSON.stringify({ a: '\x9b\x1b\u202e' })))).toEqual({ a: '\x9b\x1b\u202e' })
})

test('a message that quotes too much is cut', () => {
  expect(bounded('x'.repeat(500))).toBe('x'.repeat(500))
  expect(bounded('x'.repeat(100_000))).toHaveLength(501)
})
