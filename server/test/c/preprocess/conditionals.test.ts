import { describe, expect, test } from 'vitest'
import { textOf } from '../../../src/text/source-file.ts'
import { expanded, problemsOf, run } from './source.ts'

function holds(condition: string, expected: boolean): void {
  test(condition, () => {
    const { tokens, problems } = run(`#if ${condition}\nyes\n#endif\n`)
    expect(problems).toEqual([])
    expect(tokens.length === 1).toBe(expected)
  })
}

describe('conditions that hold', () => {
  const conditions = [
    '1 + 2 * 3 == 7',
    '(1 + 2) * 3 == 9',
    '-1 > 0u',
    '-1 < 0',
    '0x7fffffffffffffff + 1 < 0',
    '0xffffffff == 4294967295 && 0xffffffff > 0',
    '18446744073709551615u == ~0u',
    '-5/2 == -2 && -5%2 == -1',
    '1 << 65 == 0 && -8 >> 1 == -4 && 1 << -1 == 0 && 4 >> -1 == 8',
    '-8 >> 1u == -4 && 1 << 3u == 8 && 1u << ~0u == 0 && -1 >> 97 == -1',
    '(2 || 3) == 1',
    '1 ? 2 : (1/0)',
    '0 ? 1/0 : 1',
    '(0 ? 1u : -1) > 0',
    '!(0 && (1/0)) && (1 || 1/0)',
    '!defined X && !defined(X)',
    'defined __FILE__ && defined(__STDC__)',
    'undeclared == 0',
    "'a' == 97 && '\\377' < 0 && 'ab' == 24930 && '\\x41' == 65 && '\\n' == 10",
    '0b101 == 5 && 010 == 8 && 10ull == 10',
    '- - 1 == 1 && !!2 == 1 && ~0 == -1 && +1',
    '1, 2',
    '5 & 3 | 8 ^ 1',
    '__SIZEOF_POINTER__ == __SIZEOF_LONG__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__',
  ]
  for (const condition of conditions) holds(condition, true)
})

describe('conditions that do not hold', () => {
  for (const condition of ['0', '1 - 1', 'defined X', '2 == 1', '1 ? 0 : 1', '0x0', "'\\0'"]) holds(condition, false)
})

describe('conditions nobody can evaluate', () => {
  const simulations: Readonly<Record<string, string>> = {
    '': '#if with no expression @ #if',
    '1 2': 'missing binary operator before token "2" @ 2',
    '1 +': "operator '+' has no right operand @ +",
    '(1': "missing ')' in expression @ (",
    '1)': "missing '(' in expression @ )",
    '1 ? 2': "'?' without following ':' @ #if",
    '1.5': 'floating constant in preprocessor expression @ 1.5',
    '09': 'invalid number 09 @ 09',
    '"a"': 'token "a" is not valid in preprocessor expressions @ "a"',
    'F(1)': 'function-like macro "F" is not defined @ (',
    'defined 3': 'operator "defined" requires an identifier @ 3',
    'defined(A': 'missing \')\' after "defined" @ A',
    'A = 1': 'missing binary operator before token "=" @ =',
  }
  for (const [condition, message] of Object.entries(simulations))
    test(condition === '' ? 'nothing' : condition, () => {
      const result = run(`#if ${condition}\nyes\n#endif`)
      expect(problemsOf(result)[0]).toBe(`error directive: ${message}`)
    })
  test('a division by zero points at its operator', () => {
    expect(problemsOf(run('#define D /\n#if 1 / 0\n#endif\n#if 1 D 0\n#endif'))).toEqual([
      'error division: division by zero in #if @ /',
      'error division: division by zero in #if @ D',
    ])
  })
  test('nesting without end', () => {
    expect(problemsOf(run(`#if ${'('.repeat(50000)}1\n#endif`))[0]).toContain('expression nested too deeply')
    expect(problemsOf(run(`#if ${'1?'.repeat(50000)}1\n#endif`))[0]).toContain('expression nested too deeply')
    expect(run(`#if ${'!'.repeat(50000)}1\n#else\nx\n#endif`).problems).toEqual([])
  })
})

describe('groups', () => {
  const chosen = (text: string): string => expanded(text.replaceAll('; ', '\n'))
  test('the first that holds', () => {
    expect(chosen('#if 0; a; #elif 1; b; #elif 1; c; #else; d; #endif; e')).toBe('b e')
    expect(chosen('#if 0; a; #elif 0; b; #else; d; #endif')).toBe('d')
    expect(chosen('#if 1; a; #elif 1/0; b; #else; d; #endif')).toBe('a')
  })
  test('nested in groups that are left out', () => {
    expect(chosen('#if 0; #if 1; a; #else; b; #endif; #elif 1; c; #endif')).toBe('c')
    expect(chosen("#if 0; #error it's; #nonsense; #if (; #endif; #endif; x")).toBe('x')
  })
  test('asked by name', () => {
    expect(chosen('#define A; #ifdef A; a; #endif; #ifndef A; b; #else; c; #endif')).toBe('a c')
    expect(chosen('#define A; #ifdef B; a; #elifdef A; b; #endif; #ifdef B; #elifndef B; c; #endif')).toBe('b c')
  })
  test('defined may come out of a macro', () => {
    expect(chosen('#define Q; #define D defined(Q); #if D; a; #endif')).toBe('a')
  })
})

test('text left out is told without the directive lines', () => {
  const text = 'a\n#if 0\n b\n# if 1\n c\n# endif\n#elif 1\n d\n#else\n e\n#endif\n#ifdef X\n f'
  expect(run(text).inactive.map(textOf)).toEqual([' b\n# if 1\n c\n# endif\n', ' e\n'])
})

describe('half-typed conditionals', () => {
  test.each([
    ['what has no end is read', '#ifdef X\na', 'a'],
    ['the last group without an end is read', '#ifdef X\na\n#else\nb', 'b'],
    ['what cannot be decided is read', '#if 1 +\na\n#else\nb\n#endif', 'a'],
    ['an initializer behind it is read', '#if .a = {\n1 }\n#ifdef .b = 2\n# .c = 3', '.a = { 1 } .b = 2 .c = 3'],
    ['a comparison with a slip is none', '#if A = 1\na\n#endif', 'a'],
  ])('%s', (_, text, read) => {
    expect(expanded(text)).toBe(read)
    expect(run(text).problems).not.toEqual([])
  })
})

test('conditionals that do not match up', () => {
  expect(
    problemsOf(run('#endif\n#else\n#if 1\n#else\n#else\n#endif x\n#ifdef\n#endif\n#ifndef 3\n#endif\n#if 1')),
  ).toEqual([
    'error directive: #endif without #if @ #endif',
    'error directive: #else without #if @ #else',
    'error directive: #else after #else @ #else',
    'warning directive: extra tokens at end of #endif directive @ x',
    'error directive: no macro name given in #ifdef directive @ #ifdef',
    'error directive: macro names must be identifiers @ 3',
    'error directive: unterminated conditional @ #if',
  ])
})
