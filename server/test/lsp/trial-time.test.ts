import { afterEach, expect, test, vi } from 'vitest'
import { menuTime, TrialTime } from '../../src/lsp/edits/trial-time.ts'

let now = 0
vi.spyOn(performance, 'now').mockImplementation(() => now)
afterEach(() => {
  now = 0
})

test('a trial that would end late is not begun', () => {
  const time = new TrialTime(100)
  expect(time.isOver()).toBe(false)
  now = 40
  expect(time.isOver()).toBe(false)
  now = 61
  expect(time.isOver(), 'the longest took 40').toBe(true)
})

test('for a menu nothing is tried in a huge file', () => {
  const file = (length: number) => ({ uri: 'file:///x.c', text: ' '.repeat(length) })
  expect(menuTime(50, file(2 ** 17)).isOver()).toBe(false)
  expect(menuTime(50, file(2 ** 17 + 1)).isOver()).toBe(true)
})
