import { expect, test } from 'vitest'
import type { IntValue } from '../../src/c/values/value.ts'
import { barWords, meaningOf, numberHover, numberWords } from '../../src/ide/hover/number.ts'
import { desk, root, withGrammar } from '../project.ts'

withGrammar()

test.each([
  [0n, '0x0'],
  [9n, '0x9'],
  [10n, '0xa = 10'],
  [-1n, '-0x1 = -1'],
  [1023n, '0x3ff = 1023'],
  [1024n, '0x400 = 1024 = 1 KiB'],
  [1025n, '0x401 = 1025'],
])('the number %s in words', (value, words) => {
  expect(numberWords(value)).toBe(words)
})

test.each([
  [0n, '0x0: none'],
  [0xffffffffn, '0xffffffff: upper half of a 64-bit BAR'],
  [0xffff0000n, '0xffff0000: 64 KiB'],
  [0xfffeffffn, '0xfffeffff'],
])('a mask of a base address register, %s', (mask, words) => {
  expect(barWords(mask)).toBe(words)
})

const wordOf = (value: bigint): IntValue => ({ value, type: { size: 8 } }) as IntValue

test.each([
  ['bdf', 0x1fan, 0, '0x1fa: 01:1f.2 (bus:device.function)'],
  ['phys_start', 0x100000n, 0, '0x100000'],
  ['gicd_base', 0x100000n, 0, '0x100000'],
  ['pin_bitmap', 0x400n, 0, '0x400'],
  ['flags', 0x400n, 0, '0x400'],
  ['size', 0x400n, 0, '0x400 = 1024 = 1 KiB'],
  ['cpus', 1n, 0, '0x1: CPU 0'],
  ['cpus', 5n, 1, '0x5: CPUs 64, 66'],
  ['cpus', 0n, 0, '0x0: CPUs none'],
])('what %s = %s says in word %s', (field, value, index, words) => {
  expect(meaningOf(field, wordOf(value), index)).toBe(words)
})

test.each([
  ['0', '0x0'],
  ['1', '0x1'],
  ['2', '0x2, bit 1'],
  ['3', '0x3, bits 0, 1'],
  ['0xff', '0xff = 255, bits 0, 1, 2, 3, 4, 5, 6, 7'],
  ['0x1ff', '0x1ff = 511'],
])('hovering over %s names its bits while they are few', (literal, words) => {
  const text = root(`.vpci_irq_base = ${literal},`)
  const { unit } = desk({ 'board.c': text }).analyze('board.c')
  const hover = numberHover(unit, text.indexOf(`= ${literal},`) + 2)
  expect(JSON.stringify(hover?.blocks)).toContain(`"${words}"`)
})
