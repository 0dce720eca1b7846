import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lexFile } from '../../../src/c/preprocess/lex.ts'
import type { Origin } from '../../../src/text/origin.ts'
import { run } from './source.ts'

const junk = fc.string({ unit: 'binary', maxLength: 200 })
const fragments = fc.constantFrom(
  ...[
    '#define F(x, ...) x ## __VA_ARGS__ #x',
    '#define A B',
    '#define B A F',
    '#undef A',
    '#if A',
    '#elif F(1)',
    '#else',
  ],
  ...[
    '#endif',
    '#ifdef A',
    '#include "a.h"',
    '#include <main.c>',
    '#include A',
    '#line 3',
    '#pragma once',
    '#error',
    '#',
  ],
  ...[
    'F(',
    'F',
    '(',
    ')',
    ',',
    'A',
    'B',
    '"',
    "'",
    '/*',
    '*/',
    '//',
    '\\',
    '\n',
    '\r\n',
    '\r',
    '\\\n',
    '##',
    '%:',
    '1.e+',
  ],
  ...['__LINE__', '__COUNTER__', '_Pragma(', 'defined', '__has_include(', '__VA_OPT__(', '\ufeff', '\0', '\ud800', 'ä'],
)
const programs = fc.array(fc.tuple(fragments, fc.constantFrom('', ' ', '\n'))).map(all => all.flat().join(''))
const texts = fc.oneof(programs, junk)

/** What may stand between tokens: blanks, comments and joined lines, the last comment perhaps open. */
const trivia = /^(?:\ufeff|[ \t\v\f\0\r\n]|\\[ \t\v\f]*(?:\r\n|\r|\n)|\/(?:\\[ \t\v\f]*(?:\r\n|\r|\n))*[/*][\s\S]*)*$/

test('tokens and what stands between them are the text', () => {
  fc.assert(
    fc.property(texts, text => {
      let end = 0
      for (const { origin } of lexFile({ uri: 'file:///a.c', text }).tokens) {
        expect(origin.spelled.start).toBeGreaterThanOrEqual(end)
        expect(origin.spelled.end).toBeGreaterThan(origin.spelled.start)
        expect(text.slice(end, origin.spelled.start)).toMatch(trivia)
        end = origin.spelled.end
      }
      expect(text.slice(end)).toMatch(trivia)
    }),
  )
})

test('a token is its spelling without joined lines, digraphs aside', () => {
  fc.assert(
    fc.property(texts, text => {
      for (const token of lexFile({ uri: 'file:///a.c', text: text.replace(/[%:<>]/g, '') }).tokens) {
        const { file, start, end } = token.origin.spelled
        expect(file.text.slice(start, end).replace(/\\[ \t\v\f]*(?:\r\n|\r|\n)/g, '')).toBe(token.text)
      }
    }),
  )
})

test('whatever is typed, every place lies within a file', () => {
  fc.assert(
    fc.property(texts, texts, (text, header) => {
      const result = run(text, { files: { 'a.h': header }, includeDirs: ['file:///work'] })
      const within = ({ spelled: { file, start, end }, expandedAt }: Origin): boolean =>
        0 <= start && start <= end && end <= file.text.length && (!expandedAt || within(expandedAt))
      expect(result.tokens.every(({ origin }) => within(origin))).toBe(true)
      const places = [
        ...result.problems.map(({ span: at }) => at),
        ...result.inactive,
        ...result.includes.map(({ span: at }) => at),
      ]
      expect(places.every(at => within({ spelled: at }))).toBe(true)
      for (const use of result.macroUses) expect(use.expansion.length).toBeLessThan(4000)
    }),
  )
})

test('preprocessing what was preprocessed changes nothing', () => {
  const plain = fc
    .array(fc.constantFrom('a', '1', '+', '(', ')', ',', '"s"', "'c'", '...', '->', '0x1p-3'))
    .map(all => all.join(' '))
  fc.assert(
    fc.property(plain, text => {
      expect(
        run(text)
          .tokens.map(token => token.text)
          .join(' '),
      ).toBe(text)
    }),
  )
})

describe('large files', { timeout: 60_000 }, () => {
  const line = '{ .phys_start = 0x80000000, .flags = FOO(A, B) | C }, /* a comment */\n'
  test('are cut where no hand has written them', () => {
    const result = run(`#define FOO(x, y) x | y\n${line.repeat(150_000)}`)
    expect(result.problems[0]?.kind).toBe('expansion-limit')
  })
  test('of one line, one comment, one string, one word', () => {
    const long = 'x'.repeat(10_000_000)
    for (const text of [long, `/*${long}`, `"${long}"`, `//${long}`, `#define ${long}`, `'${long}`, `\\\n${long}`])
      expect(run(text).tokens.length).toBeLessThan(2)
  })
  test('of backslashes, blanks, hashes and quotes', () => {
    for (const unit of ['\\\n', '\\ ', ' ', '#\n', '"\n', '/', '/*/', 'F(', '(', '\n', '\r', '\0', '%:'])
      expect(run(`#define F(x) x\n${unit.repeat(100_000)}`).tokens.length).toBeLessThan(400_000)
  })
  test('of one argument', () => {
    const result = run(`#define F(x) x x #x\nF(${'a '.repeat(100_000)}) end`)
    expect(result.tokens.at(-1)?.text).toBe('end')
  })
})
