import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coalesce, covers, intersect, merge, overlap, type Range, subtract } from '../../src/text/range-set.ts'

/** Sets of a few small numbers, compared with what they hold one by one. */
const range = fc.tuple(fc.nat(24), fc.nat(8)).map(([start, size]): Range<number> => ({ start, end: start + size }))
const set = fc.array(range, { maxLength: 6 })

const has = (ranges: readonly Range<number>[], number: number): boolean =>
  ranges.some(({ start, end }) => start <= number && number < end)

const elements = (ranges: readonly Range<number>[]): readonly number[] =>
  Array.from({ length: 40 }, (_, i) => i).filter(number => has(ranges, number))

const isNormal = (ranges: readonly Range<number>[]): boolean =>
  ranges.every(({ start, end }, i) => start < end && (i === 0 || ranges[i - 1]!.end < start))

const big = ({ start, end }: Range<number>): Range => ({ start: BigInt(start), end: BigInt(end) })

test('merged ranges hold the same, ascending, apart and none empty', () => {
  fc.assert(
    fc.property(set, ranges => {
      expect(elements(merge(ranges))).toEqual(elements(ranges))
      expect(isNormal(merge(ranges))).toBe(true)
    }),
  )
})

test('subtract and intersect are those of sets', () => {
  fc.assert(
    fc.property(set, set, (a, b) => {
      expect(elements(subtract(a, b))).toEqual(elements(a).filter(number => !has(b, number)))
      expect(elements(intersect(a, b))).toEqual(elements(a).filter(number => has(b, number)))
      expect(isNormal(subtract(a, b)) && isNormal(intersect(a, b))).toBe(true)
    }),
  )
})

test('a set covers a range when nothing of it is left out', () => {
  fc.assert(
    fc.property(set, range, (ranges, one) => {
      expect(covers(ranges.map(big), big(one))).toBe(elements([one]).every(number => has(ranges, number)))
    }),
  )
})

test('what two ranges share is never empty', () => {
  expect(overlap({ start: 0, end: 4 }, { start: 4, end: 8 })).toBeUndefined()
  expect(overlap({ start: 0, end: 5 }, { start: 4, end: 8 })).toEqual({ start: 4, end: 5 })
  expect(overlap({ start: 3, end: 3 }, { start: 0, end: 8 })).toBeUndefined()
})

test('neighbours are taken together as long as each continues what there is', () => {
  const joined = coalesce(
    [1, 2, 3, 5, 6].map(number => [number]),
    (last, next) => last.at(-1)! + 1 === next[0],
    (last, next) => [...last, ...next],
  )
  expect(joined).toEqual([
    [1, 2, 3],
    [5, 6],
  ])
})
