import { describe, expect, test } from 'vitest'
import { expanded, problemsOf, run } from './source.ts'

/** The problems of a text and, where it matters, what is left of it. */
function check(name: string, text: string, problems: readonly string[], left?: string): void {
  test(name, () => {
    expect(problemsOf(run(text))).toEqual(problems)
    if (left !== undefined) expect(expanded(text)).toBe(left)
  })
}

describe('definitions', () => {
  check('without a name', '#define', ['error macro: no macro name given in #define directive @ #define'])
  check('of no name', '#define 3 x', ['error macro: macro names must be identifiers @ 3'])
  check('of defined', '#define defined x', ['error macro: "defined" cannot be used as a macro name @ defined'])
  const list = 'macro parameter list @'
  check('with an open list', '#define F(a', [`error macro: expected "," or ")" in the ${list} (`])
  check('with a rest before others', '#define F(..., a)', [`error macro: expected "," or ")" in the ${list} ,`])
  check('with a number for a parameter', '#define F(1)', [
    'error macro: expected a parameter name, "..." or ")" in the macro parameter list @ 1',
  ])
  check('with a parameter twice', '#define F(a, a)', ['error macro: duplicate macro parameter "a" @ a'])
  check('with # before no parameter', '#define F(a) #b', ["error macro: '#' is not followed by a macro parameter @ #"])
  check('with ## at an end', '#define A ## b\n#define B a ##', [
    "error macro: '##' cannot appear at either end of a macro expansion @ ##",
    "error macro: '##' cannot appear at either end of a macro expansion @ ##",
  ])
  check('with an open __VA_OPT__', '#define V(...) __VA_OPT__(a', ['error macro: unterminated __VA_OPT__ @ __VA_OPT__'])
  check('repeated with other blanks', '#define A(x)  x + 1\n#define A(x) x  + 1', [])
  check('repeated otherwise', '#define A 1\n#define A 2\nA', ['warning macro: "A" redefined @ A'], '2')
})

test('a redefinition leads to the one before', () => {
  const [problem] = run('#define A 1\n#define A 2').problems
  expect(problem?.related?.map(({ span: at }) => at.start)).toEqual([8])
})

describe('uses', () => {
  const F = '#define F(x, y) x y\n'
  check(
    'with too few arguments',
    `${F}F(1) z`,
    ['error macro: macro "F" requires 2 arguments, but only 1 given @ F'],
    'F z',
  )
  check('with too many', `${F}F(1,2,3) z`, ['error macro: macro "F" passed 3 arguments, but takes just 2 @ F'], 'F z')
  check('with some where none are taken', '#define N() 1\nN(2)', [
    'error macro: macro "N" passed 1 arguments, but takes just 0 @ N',
  ])
  check(
    'that do not end leave the rest as it is',
    `${F}#define G(x) [x]\na F(1, G(2)\nb`,
    ['error macro: unterminated argument list invoking macro "F" @ F'],
    'a F(1, [2] b',
  )
  check(
    'that paste what does not go together',
    '#define P(a, b) a ## b\nP(+, x)',
    ['error macro: pasting "+" and "x" does not give a valid preprocessing token @ P'],
    '+ x',
  )
})

describe('directives', () => {
  check('unknown', '#incldue "a.h"', ['error directive: invalid preprocessing directive #incldue @ #incldue'])
  check('that say something', "#error it's  over\n#warning soon", [
    "error directive: #error it's  over @ #error it's  over",
    'warning directive: #warning soon @ #warning soon',
  ])
  check('with no line', '#line x', ['error directive: "x" after #line is not a positive integer @ #line x'])
  check('that are none', '#\n# 3 "a.c"\n#ident "x"\n#pragma once', [])
  check('#undef of nothing', '#undef\n#undef A B', [
    'error directive: no macro name given in #undef directive @ #undef',
    'warning directive: extra tokens at end of #undef directive @ B',
  ])
  check(
    '_Pragma of no string',
    '_Pragma(1) x',
    ['error directive: _Pragma takes a parenthesized string literal @ _Pragma'],
    'x',
  )
})

describe('text', () => {
  check('ending in a comment', 'a /* b', ['error syntax: unterminated comment @ /* b'], 'a')
  check('ending in a slash-star-slash', 'a /*/', ['error syntax: unterminated comment @ /*/'])
  check('ending after a comment', 'a /* b */', [], 'a')
  check('with an open string', 'a "b\nc', ['error syntax: missing terminating " character @ "b'], 'a "b c')
  check('with an open character', "a L'b\nc", ["error syntax: missing terminating ' character @ L'b"])
  check('with a stray character', 'a @ b', ['error syntax: stray "@" in program @ @'])
  check('with quotes where they do not count', "#if 0\nit's\n#endif\n#define A it's", [])
})

describe('macros without end', { timeout: 60_000 }, () => {
  const doubling = Array.from({ length: 60 }, (_, i) => `#define A${i + 1} A${i} A${i}\n`).join('')
  const limits = (text: string): string[] =>
    run(text)
      .problems.filter(({ kind }) => kind === 'expansion-limit')
      .map(({ span: at }) => at.file.text.slice(at.start, at.end))
  const lasts = (text: string): string | undefined => run(text).tokens.at(-1)?.text

  test('uses beyond the allowance of a file are their names', () => {
    const uses = Array.from({ length: 20_000 }, (_, i) => `R(${i}),`).join('\n')
    const text = `#define R(i) { .a = i, .b = i }\n${uses}\nend`
    expect(limits(text)).toHaveLength(1)
    expect(lasts(text)).toBe('end')
    expect(
      run(text)
        .tokens.slice(-5)
        .map(({ text }) => text),
    ).toEqual(['R', ',', 'R', ',', 'end'])
    expect(run(text).problems[0]?.message).toBe('expansion exceeds 65536 tokens; the rest is not expanded')
  })
  test('doubling is cut at the use, and what follows is read', () => {
    const text = `#define A0 x\n${doubling}a A60 #define B 1\nA5 end`
    expect(limits(text)).toEqual(['A60'])
    expect(lasts(text)).toBe('end')
    expect(run(text).tokens.length).toBeLessThan(1 << 16)
  })

  test('doubling of nothing', () => expect(limits(`#define A0\n${doubling}a A60 end`)).toEqual(['A60']))

  test('doubling within arguments and conditions', () => {
    const head = `#define A0 x\n#define F(x) x\n${doubling}`
    expect(limits(`${head}F(F(A60)) end`)).toEqual(['F(F(A60))'])
    expect(limits(`${head}#if A60\n#endif\n`)).toEqual(['A60'])
    expect(lasts(`${head}#if A60\n#endif\nend`)).toBe('end')
  })

  const nested = (name: string, argument: string): string => `${`${name}(`.repeat(60)}${argument}${')'.repeat(60)} end`

  test('doubling by nested arguments, strings and pasting', () => {
    for (const [head, use] of [
      ['#define D(x) x x', nested('D', 'a')],
      ['#define D(x) E(x x)\n#define E(x) x', nested('D', 'a')],
      ['#define D(x) S(x x)\n#define S(x) #x', nested('D', '"a"')],
      ['#define D(x) P(x)\n#define P(x) x##x', nested('D', 'a')],
    ] as const) {
      expect(limits(`${head}\n${use}`)).toHaveLength(1)
      expect(lasts(`${head}\n${use}`)).toBe('end')
    }
  })

  test('large bodies of large arguments', () => {
    for (const body of ['x ', '#x ', 'x##x '])
      expect(limits(`#define F(x) ${body.repeat(30000)}\nF(${'a '.repeat(30000)}) end`)).toHaveLength(1)
  })

  test('parentheses that never close', () => {
    expect(lasts(`#define F(x) x\n${'F( a '.repeat(40000)} end`)).toBe('end')
  })

  test('many of them take their share of one allowance', () => {
    const text = `#define A0 x\n${doubling}${'A60\n'.repeat(2000)}end`
    expect(lasts(text)).toBe('end')
    expect(run(text).tokens.length).toBeLessThan(1 << 20)
  })

  test('depth is cut', () => {
    const chain = Array.from({ length: 5000 }, (_, i) => `#define A${i + 1} A${i}\n`).join('')
    expect(limits(`${chain}A5000 end`)).toEqual(['A5000'])
    expect(limits(`#define F(x) x\n${'F('.repeat(5000)}1${')'.repeat(5000)}`)).toHaveLength(1)
  })

  test('a thousand macros side by side are no matter', () => {
    expect(run(`#define A x\n${'A '.repeat(100000)}`).problems).toEqual([])
  })
})
