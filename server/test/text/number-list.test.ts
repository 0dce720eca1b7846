import { expect, test } from 'vitest'
import { numberList } from '../../src/text/number-list.ts'

const cases: readonly [readonly number[], string][] = [
  [[], ''],
  [[7], '7'],
  [[7, 8], '7, 8'],
  [[7, 8, 9], '7-9'],
  [[1, 3, 4, 5, 9], '1, 3-5, 9'],
  [[1, 3, 5, 7, 9, 11], '1, 3, 5, 7, 9, 11'],
  [[1, 3, 5, 7, 9, 11, 13, 15, 16, 17], '1, 3, 5, 7, 9, 11 and 4 more'],
]

test.each(cases)('%j is %s', (numbers, text) => expect(numberList(numbers)).toBe(text))
