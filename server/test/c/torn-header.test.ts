import { expect, test } from 'vitest'
import { desk, withGrammar } from '../project.ts'

withGrammar()

test('a declaration that begins in a header ends in the file', () => {
  const { analyze } = desk({
    'torn.h': 'int before = 7;\nint list[2] = {',
    'x.c': '#include "torn.h"\n 1, 2 };\nint last = 3;\n',
  })
  const { objects, problems } = analyze('x.c').unit
  const plain = objects.map(({ name, value }) => [
    name,
    value.kind === 'array'
      ? value.items.map(item => item.kind === 'int' && item.value)
      : value.kind === 'int' && value.value,
  ])
  expect(plain).toEqual([
    ['before', 7n],
    ['list', [1n, 2n]],
    ['last', 3n],
  ])
  expect(problems).toEqual([])
})
