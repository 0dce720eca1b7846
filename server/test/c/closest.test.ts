import { expect, test } from 'vitest'
import { closest, editDistance } from '../../src/c/recover/closest.ts'

const FLAGS = ['JAILHOUSE_MEM_READ', 'JAILHOUSE_MEM_WRITE', 'JAILHOUSE_MEM_EXECUTE', 'JAILHOUSE_MEM_DMA']

test('a slip of the keyboard has a nearest name', () => {
  expect(closest('JAILHOUSE_MEM_RAED', FLAGS)).toEqual(['JAILHOUSE_MEM_READ'])
  expect(closest('JAILHUOSE_MEM_DMA', FLAGS)[0]).toBe('JAILHOUSE_MEM_DMA')
  expect(closest('phys_strat', ['phys_start', 'virt_start'])[0]).toBe('phys_start')
})

test('a name that only begins as others do has none', () => {
  expect(closest('JAILHOUSE_MEM_UNCACHED', FLAGS)).toEqual([])
  expect(closest('JAILHOUSE_MEM_NC', FLAGS)).toEqual([])
})

test('at most three, the nearest first, those as near by their letters, each once and never the name itself', () => {
  const names = ['phys_d', 'phys_b', 'phys_a', 'phys_c', 'phys_a', 'phys_x']
  expect(closest('phys_x', names)).toEqual(['phys_a', 'phys_b', 'phys_c'])
  expect(closest('phys_start', ['phys_starts', 'phys_tsart', 'phys_st'])).toEqual(['phys_starts', 'phys_tsart'])
})

test('a name of more than 128 letters is nobody’s slip', () => {
  const long = 'a'.repeat(127)
  expect(closest(`${long}b`, [`${long}c`])).toEqual([`${long}c`])
  expect(closest(`${long}bb`, [`${long}bc`])).toEqual([])
})

/** The same by the book: all of the table, no limit, nothing skipped. */
function distanceByTheBook(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j))
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = 1 < i && 1 < j && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwap ? rows[i - 2]![j - 2]! + 1 : replaced
      rows[i]![j] = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, replaced, swapped)
    }
  return rows[a.length]![b.length]!
}

test('the distance of random words is that of the whole table, or above the limit where that is', () => {
  let state = 7
  const below = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  const word = () => Array.from({ length: below(7) }, () => 'abc'[below(3)]).join('')
  for (let i = 0; i < 5000; i++) {
    const [a, b, limit] = [word(), word(), below(5)]
    const [exact, found] = [distanceByTheBook(a, b), editDistance(a, b, limit)]
    expect(exact <= limit ? found : limit < found, `${a} ${b} ${limit}`).toBe(exact <= limit ? exact : true)
  }
})
