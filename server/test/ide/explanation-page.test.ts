import { expect, test } from 'vitest'
import type { Block } from '../../src/ide/blocks.ts'
import { explanationPage } from '../../src/ide/explain/explanation-page.ts'
import { positionAt } from '../../src/text/source-file.ts'
import { withGrammar } from '../project.ts'
import { fixtures } from './fixture.ts'

withGrammar()

const words = (blocks: readonly Block[]) => blocks.map(block => ('text' in block ? block.text : ''))
const READ = 'Unhandled data read at 0x2810014(4)'
const LINUX = 'k3-dma/k3-demo-linux.c'

test('each line of a log is named by its number, and leads to the place to blame', () => {
  const analysis = fixtures().analyze(LINUX)
  const page = explanationPage(`booting\n${READ}\nParking CPU 0 (Cell: "k3-demo")\n`, analysis)
  expect(words(page)).toContain(`Line 2: ${READ}`)
  expect(words(page)[0]).toBe('1 known message. Compared with `k3-demo.c` and `k3-demo-linux.c`.')
  const found = page.flatMap(block => (block.kind === 'place' ? [block] : []))
  expect(found.map(({ text }) => text)).toEqual([expect.stringMatching(/^k3-demo-linux\.c:\d+: "peripherals/)])
  for (const { text, place } of found)
    expect(text).toContain(`k3-demo-linux.c:${positionAt(place.file, place.start).line + 1}: `)
})

test('what the search has found is not ruled out in the same breath', () => {
  const page = words(explanationPage('Unhandled data read at 0x8a0000010(4)', fixtures().analyze(LINUX))).join('\n')
  expect(page).toContain('"create k3-demo-linux" assigns it to')
  expect(page).toContain('Ruled out by these files')
  expect(page).not.toContain('the inmate was assigned the page')
})

test('findings of rules are named first, with what to do', () => {
  const many = (text: string) => text.replace('.cpus = { 0x2 }', '.cpus = { 0x10 }')
  const analysis = fixtures({ [LINUX]: many }).analyze(LINUX)
  const page = words(explanationPage('JAILHOUSE_CELL_CREATE: Device or resource busy', analysis))
  expect(page[1]).toBe('JAILHOUSE_CELL_CREATE: Device or resource busy')
  expect(page[3]).toMatch(/^k3-demo-linux\.c:\d+: JH660: /)
})

test('without configurations it says so; of text that is nothing of Jailhouse’s, too', () => {
  expect(words(explanationPage(READ, undefined))[0]).toContain('No configurations to compare with')
  expect(words(explanationPage('hello', undefined))).toEqual([
    'This text contains no known error message of Jailhouse.',
  ])
})

test('the end of a long log is read, under the numbers of its own lines', () => {
  const filler = `${'x'.repeat(1023)}\n`.repeat(600)
  const page = words(explanationPage(`${READ}\n${filler}${READ}\n`, undefined))
  expect(page).toContain(`Line 602: ${READ}`)
  expect(page[1]).toMatch(/^Lines 1 to \d+ are not read/)
})

test('what is repeated counts, and too many different messages are counted', () => {
  const distinct = Array.from({ length: 250 }, (_, i) => `Unhandled data read at 0x${(i * 4096).toString(16)}(4)`)
  const page = words(explanationPage([READ, READ, ...distinct].join('\n'), undefined))
  expect(page).toContain(`Line 1: ${READ} (2 times)`)
  expect(page.at(-1)).toBe('51 other messages not explained: too many at once.')
})
