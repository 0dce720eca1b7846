import { expect, test } from 'vitest'
import { looksLikeConfig } from '../../src/config/choose-root.ts'

/** Which files are worth an analysis. A scan that backtracks would not come back from the last ones. */

const isConfig = (text: string): boolean => looksLikeConfig({ uri: 'file:///board.c', text })

test('a file of directives that includes another source is a configuration', () => {
  expect(isConfig('/* the other board */\n#define RAM 1 // more\n\n#include "board.c"\n')).toBe(true)
  expect(isConfig('#include "board.c" /* and nothing else */')).toBe(true)
  expect(isConfig('/* #include "board.c" */\n#define A\n')).toBe(false)
  expect(isConfig('#include "board.c"\nint x;\n')).toBe(false)
  expect(isConfig('#include "board.h"\n')).toBe(false)
  expect(isConfig('/ #include "board.c"\n')).toBe(false)
})

test('runs of # and unclosed comments are read in one pass', () => {
  expect(isConfig(`#include "board.c"\n${'#'.repeat(4000)}\nint x;`)).toBe(false)
  expect(isConfig(`#include "board.c"\n${'# '.repeat(2000)}x\nint x;`)).toBe(false)
  expect(isConfig(`#include "board.c"\n${'/* '.repeat(2000)}`)).toBe(true)
  expect(isConfig(`#include "board.c"\n${'/'.repeat(4000)}\nint x;`)).toBe(false)
})
