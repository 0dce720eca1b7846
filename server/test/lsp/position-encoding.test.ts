import { expect, test } from 'vitest'
import { toOffset, toPosition } from '../../src/lsp/position-encoding.ts'

const file = { uri: 'file:///x.c', text: 'ab\naé€😀z\n' }
/** Offsets of the letters of the second line, and of its end. */
const offsets = [3, 4, 5, 6, 8, 9]

test.each([
  ['utf-8', [0, 1, 3, 6, 10, 11]],
  ['utf-16', [0, 1, 2, 3, 5, 6]],
  ['utf-32', [0, 1, 2, 3, 4, 5]],
] as const)('%s counts letters of every width, there and back', (encoding, columns) => {
  expect(offsets.map(offset => toPosition(file, offset, encoding))).toEqual(
    columns.map(character => ({ line: 1, character })),
  )
  expect(columns.map(character => toOffset(file, { line: 1, character }, encoding))).toEqual(offsets)
})

test.each([
  ['\u007f', 1],
  ['\u0080', 2],
  ['\u07ff', 2],
  ['\u0800', 3],
  ['\uffff', 3],
  ['\u{10000}', 4],
])('UTF-8 spells %j with %i bytes', (letter, width) => {
  const text = { uri: 'file:///x.c', text: letter }
  expect(toPosition(text, letter.length, 'utf-8').character).toBe(width)
  expect(width).toBe(Buffer.byteLength(letter))
})

test('a column within a letter is where that begins', () => {
  expect([2, 4, 5, 7, 9].map(character => toOffset(file, { line: 1, character }, 'utf-8'))).toEqual([4, 5, 5, 6, 6])
})
