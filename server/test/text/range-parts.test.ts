import { expect, test } from 'vitest'
import { partsOf } from '../../src/text/range-parts.ts'

const rangeOf = ([start, end]: readonly [bigint, bigint]) => ({ start, end })

test('ranges are cut where one begins or ends, and each part names the ranges it lies in', () => {
  const all = [
    [0n, 10n],
    [4n, 6n],
    [6n, 6n],
    [20n, 22n],
    [4n, 10n],
  ] as const
  expect(partsOf(all, rangeOf, 2)).toEqual([
    { range: { start: 0n, end: 4n }, items: [all[0]], count: 1 },
    { range: { start: 4n, end: 6n }, items: [all[0], all[1]], count: 3 },
    { range: { start: 6n, end: 10n }, items: [all[0], all[4]], count: 2 },
    { range: { start: 20n, end: 22n }, items: [all[3]], count: 1 },
  ])
})

test('thousands of ranges over each other are walked once', () => {
  const all = Array.from({ length: 5000 }, (_, i) => [BigInt(i), BigInt(10_000 - i)] as const)
  let asked = 0
  const counted = (each: (typeof all)[number]) => {
    asked++
    return rangeOf(each)
  }
  const parts = partsOf(all, counted, 3)
  expect(asked).toBe(all.length)
  expect(parts).toHaveLength(2 * all.length - 1)
  expect(parts[4999]).toMatchObject({ items: all.slice(0, 3), count: 5000 })
})
