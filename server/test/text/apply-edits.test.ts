import { expect, test } from 'vitest'
import { applyEdits, type Edit } from '../../src/text/source-file.ts'

const file = { uri: 'file:///a.c', text: 'one two' }
const edit = (start: number, end: number, text: string): Edit => ({ span: { file, start, end }, text })

test('edits come in any order', () => {
  expect(applyEdits(file, [edit(0, 3, 'ONE'), edit(4, 7, 'TWO')])).toBe('ONE TWO')
  expect(applyEdits(file, [edit(4, 7, 'TWO'), edit(0, 3, 'ONE')])).toBe('ONE TWO')
})

test('what is inserted at one place stands in the order of the edits, as an editor writes it', () => {
  expect(applyEdits(file, [edit(3, 3, ' a'), edit(3, 3, ' b'), edit(3, 3, ' c')])).toBe('one a b c two')
})

test('what is inserted where text is replaced stands before it', () => {
  expect(applyEdits(file, [edit(4, 4, 'and '), edit(4, 7, 'TWO')])).toBe('one and TWO')
  expect(applyEdits(file, [edit(4, 7, 'TWO'), edit(4, 4, 'and ')])).toBe('one and TWO')
})

test('edits of many places are made as those of few', () => {
  const long = { uri: 'file:///a.c', text: 'a,'.repeat(100_000) }
  const edits = Array.from({ length: 100_000 }, (_, i) => ({
    span: { file: long, start: 2 * i, end: 2 * i + 1 },
    text: 'bc',
  }))
  expect(applyEdits(long, edits)).toBe('bc,'.repeat(100_000))
})

test('those of other files are left out', () => {
  const other = { uri: 'file:///b.c', text: '' }
  expect(applyEdits(file, [{ span: { file: other, start: 0, end: 0 }, text: 'x' }])).toBe('one two')
})
