import { describe, expect, test } from 'vitest'
import { isSpelledInPlace, primarySpan } from '../../../src/text/origin.ts'
import { textOf } from '../../../src/text/source-file.ts'
import { history, run, type Setting, spelled } from './source.ts'

/** The history of the tokens on the lines below the definitions, one `token: spelled < use < use` a token. */
function origins(text: string, expected: readonly string[], setting?: Setting): void {
  const { tokens } = run(text, setting)
  expect(tokens.map(({ text: token, origin }) => `${token}: ${history(origin).join(' < ')}`)).toEqual(expected)
}

describe('where a token comes from', () => {
  test('as written', () => origins('a b', ['a: main.c:a', 'b: main.c:b']))

  test('out of a macro', () => {
    origins('#define A 1 + x\nA', ['1: main.c:1 < main.c:A', '+: main.c:+ < main.c:A', 'x: main.c:x < main.c:A'])
  })

  test('out of a macro of a header', () => {
    const files = { 'a.h': '#define A B\n#define B 1' }
    origins('#include "a.h"\nA', ['1: a.h:1 < a.h:B < main.c:A'], { files })
  })

  test('out of the command line', () => origins('A', ['1: builtin:command-line:1 < main.c:A'], { defines: { A: '1' } }))

  test('an argument is spelled where it was passed', () => {
    origins('#define F(x) x, y\nF( 7 )', [
      '7: main.c:7 < main.c:F( 7 )',
      ',: main.c:, < main.c:F( 7 )',
      'y: main.c:y < main.c:F( 7 )',
    ])
  })

  test('a macro within an argument', () => {
    origins('#define G 1\n#define F(x) x\nF(G)', ['1: main.c:1 < main.c:G < main.c:F(G)'])
  })

  test('an argument handed on', () => {
    origins('#define F(x) x\n#define H(y) F(y)\nH(3)', ['3: main.c:3 < main.c:F(y) < main.c:H(3)'])
  })

  test('a macro within an argument handed on', () => {
    origins('#define G 1\n#define F(x) x\n#define H(y) F(y)\nH(G)', [
      '1: main.c:1 < main.c:G < main.c:F(y) < main.c:H(G)',
    ])
  })

  test('a string is spelled by # and its operand', () => {
    origins('#define S(x) # x\nS(a b)', ['"a b": main.c:# x < main.c:S(a b)'])
  })

  test('a pasted token is spelled by all its operands', () => {
    origins('#define P(x, y) p x ## _ ## y q\nP(a, b)', [
      'p: main.c:p < main.c:P(a, b)',
      'a_b: main.c:x ## _ ## y < main.c:P(a, b)',
      'q: main.c:q < main.c:P(a, b)',
    ])
  })

  test('__LINE__ is where it stands', () => {
    origins('#define L __LINE__\n__LINE__ L', [
      '2: main.c:__LINE__ < main.c:__LINE__',
      '2: main.c:__LINE__ < main.c:__LINE__ < main.c:L',
    ])
  })

  test('a use whose parenthesis came from elsewhere is its name', () => {
    origins('#define F(x) x\n#define OPEN F\nOPEN(1)', ['1: main.c:1 < main.c:F < main.c:OPEN'])
  })

  test('a token over two lines', () => origins('a\\\nb', ['ab: main.c:a\\\nb']))
})

test('the tokens of one use share it, and two uses share nothing', () => {
  const { tokens } = run('#define A 1 B 2\n#define B x x\nA A')
  const uses = tokens.map(({ origin }) => origin.expandedAt?.expandedAt ?? origin.expandedAt)
  expect(new Set(uses.slice(0, 4)).size).toBe(1)
  expect(new Set(uses).size).toBe(2)
  expect(tokens[1]?.origin.expandedAt).toBe(tokens[2]?.origin.expandedAt)
})

test('squiggles go to the outermost use, edits only to what no macro brought', () => {
  const { tokens } = run('#define F(x) x + 1\na F(2)')
  expect(tokens.map(({ origin }) => [textOf(primarySpan(origin)), isSpelledInPlace(origin)])).toEqual([
    ['a', true],
    ['F(2)', false],
    ['F(2)', false],
    ['F(2)', false],
  ])
})

test('lines begin where they are spelled', () => {
  const { tokens } = run('#define A x\n  a b\nA c F(\nd)')
  expect(spelled(tokens.filter(({ startsLine }) => startsLine))).toBe('a x d')
})

describe('uses of macros', () => {
  const uses = (text: string, setting?: Setting): string[] =>
    run(text, setting).macroUses.map(({ span: at, macro, expansion }) => `${textOf(at)} of ${macro.name}: ${expansion}`)

  test('with what they become', () => {
    expect(uses('#define N 4\n#define F(x) (x + N)\nF(1) N;')).toEqual(['F(1) of F: (1 + 4)', 'N of N: 4'])
  })

  test('within arguments', () => {
    expect(uses('#define N 4\n#define F(x) x x\n#define S(x) #x\nF(N) F(F(N)) S(N)')).toEqual([
      'F(N) of F: 4 4',
      'N of N: 4',
      'F(F(N)) of F: 4 4 4 4',
      'F(N) of F: 4 4',
      'N of N: 4',
      'S(N) of S: "N"',
    ])
  })

  test('not within other macros, nor within headers', () => {
    expect(uses('#define A B\n#define B 1\nA\n#include "a.h"', { files: { 'a.h': 'A B' } })).toEqual(['A of A: 1'])
  })

  test('in directives', () => {
    expect(uses('#define N 1\n#define H "a.h"\n#if N == 1\n#ifdef N\n#include H\n#endif\n#endif')).toEqual([
      'N of N: 1',
      'N of N: ',
      'H of H: "a.h"',
    ])
  })

  test('that become nothing', () => expect(uses('#define E\na E b')).toEqual(['E of E: ']))

  test('each with the definition of its place', () => {
    expect(uses('#define A 1\nA\n#undef A\n#define A 2\nA')).toEqual(['A of A: 1', 'A of A: 2'])
  })

  test('shown in part when they are long', () => {
    const [use] = run(`#define A ${'x '.repeat(5000)}\nA`).macroUses
    expect(use?.expansion.length).toBeLessThan(2100)
    expect(use?.expansion.endsWith('…')).toBe(true)
  })
})

test('macros are told as they stand at the end', () => {
  const { macros } = run('#define A 1\n#undef A\n#define F(x, y...) x  +/**/y\n#define V(...) 2\n', {
    defines: { D: '3' },
  })
  expect(macros.has('A')).toBe(false)
  expect(macros.get('F')).toMatchObject({ name: 'F', parameters: ['x', 'y...'], body: 'x + y' })
  expect(macros.get('V')).toMatchObject({ parameters: ['...'] })
  expect(macros.get('D')).toMatchObject({ body: '3', span: undefined })
  expect(macros.get('__STDC__')?.span).toBeUndefined()
})

test('pragmas stand before a token', () => {
  const { pragmas } = run('a\n#pragma pack(push,  1)\nb _Pragma("x \\"y\\"") c')
  expect(pragmas.map(({ text, before, span: at }) => [text, before, textOf(at)])).toEqual([
    ['pack(push, 1)', 1, '#pragma pack(push,  1)'],
    ['x "y"', 2, '_Pragma'],
  ])
})
