import { beforeAll, expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'

/** What gcc 12 with -Wall -Wextra says of a text, in our words; it refuses what is an error here. */

beforeAll(loadGrammar)

const said = (text: string): readonly string[] =>
  readUnit(
    { uri: 'file:///a.c', text },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    () => 'absent',
  ).problems.map(
    ({ severity, span, message }) => `${text.slice(0, span.start).split('\n').length}: ${severity}: ${message}`,
  )

function check(...cases: readonly (readonly [text: string, ...words: string[]])[]): void {
  for (const [text, ...words] of cases) expect.soft(said(text), text).toEqual(words)
}

test('poisoned names', () => {
  check(
    ['#pragma GCC poison foo\nint x = 1;\nint foo = 2;', '3: error: "foo" is poisoned by #pragma GCC poison'],
    ['#define A 3\n#define B A\n#pragma GCC poison A\nint x = B;'],
    ['#pragma GCC poison A\n#ifdef A\n#endif\nint x = 1;', '2: error: "A" is poisoned by #pragma GCC poison'],
  )
})

test('objects that have no size', () => {
  check(
    ['struct s x;', '1: error: "x" has the type struct s, which is defined nowhere'],
    ['struct s x; struct s { int a; };'],
    ['extern struct s x; struct s *p = 0;'],
    ['struct s;\nstruct s x = {1};', '2: error: "x" has the type struct s, which is not defined before'],
    ['struct s x[2]; struct s { int a; };', '1: error: "x" has the type struct s, which is not defined before'],
    ['void x;', '1: error: "x" is declared void'],
    ['int x[2][];', '1: error: the elements int[] of an array need a length'],
  )
})

test('a type that is not defined is told of where it is used first', () => {
  check(
    [
      'struct a { int x; union u y[3]; } c = { .x = sizeof(c.y), .y = { { .q = 1 }, { .q = 2 } } };',
      '1: error: member "y" has the type union u, which is not defined before',
    ],
    ['extern struct e x; int y = sizeof(x);', '1: error: struct e is incomplete here'],
  )
})

test('one name for two things', () => {
  check(
    ['typedef int x; int x = 1;', '1: error: "x" is declared before as a type'],
    ['int x = 1; typedef int x;', '1: error: "x" is declared before as an object'],
    ['enum { A }; int A = 1;', '1: error: "A" is declared before as an enumerator'],
    ['struct s { int a; }; union s *x;', '1: error: "s" is declared before as struct s'],
    ['enum { };', '1: error: an enumeration has at least one enumerator'],
  )
})

test('enumerations of which only the tag is known', () => {
  check(
    ['enum e x;', '1: error: "x" has the type enum e, which is defined nowhere'],
    ['enum e x; enum e { A };'],
    ['enum e; enum e *p; enum e f(enum e); extern enum e y; int x = 1;'],
    ['enum e x = 1;', '1: error: "x" has the type enum e, which is not defined before'],
    ['enum e x[2];', '1: error: "x" has the type enum e, which is not defined before'],
    ['struct s { enum e a; } x;', '1: error: member "a" has the type enum e, which is not defined before'],
    ['int x = sizeof(enum e);', '1: error: enum e is incomplete here'],
    ['int x = (enum e)1;', '1: error: enum e is incomplete here'],
    ['typedef enum e t; enum e { A }; t x = A; int y = sizeof(t);'],
  )
})

test('arrays whose elements have a larger alignment than size', () => {
  const words = '1: error: elements of 4 bytes cannot have the alignment 16 of int'
  const aligned = '__attribute__((aligned(16)))'
  check(
    [`typedef int t ${aligned}; t x[2];`, words],
    [`typedef int t ${aligned}; struct { t a[2]; } x;`, words],
    [
      `struct s { int a[5]; }; typedef struct s t ${aligned}; t x[2];`,
      '1: error: elements of 20 bytes cannot have the alignment 16 of struct s',
    ],
    [`struct s { int a; } ${aligned}; struct s x[2];`],
    [`typedef int t __attribute__((aligned(2))); t x[2] = { 1 };`],
    [`int x[2] ${aligned}; typedef struct {} e ${aligned}; e y[2];`],
  )
})

test('strings of other characters than their array', () => {
  const refused = (type: string) => `1: error: initializer of ${type}[] is not a list in braces`
  check(
    ['short x[] = u"x";', refused('short')],
    ['unsigned x[] = L"x";', refused('unsigned int')],
    ['int x[] = U"x";', refused('int')],
    ['_Bool x[] = "x";', refused('_Bool')],
    ['unsigned short a[] = u"x"; int b[] = L"x"; unsigned c[] = U"x"; unsigned char d[] = "x"; signed char e[] = "x";'],
  )
})

test('attributes that a condition asks for', () => {
  const asked = (condition: string, ...words: string[]) =>
    [`#if ${condition}\nint x = 1;\n#else\n#error no\n#endif`, ...words] as const
  check(
    asked('defined(__has_attribute) && __has_attribute(packed)'),
    asked('__has_attribute (__aligned__) && __has_attribute(gnu::section)'),
    asked('!__has_attribute(counted_by) && !__has_attribute(clang::packed)'),
    ['#define A used\n#define B __has_attribute(A)\n#if !B\n#error no\n#endif\nint x = 1;'],
    ['#ifndef __has_attribute\n#error no\n#endif\nint x = 1;'],
    ['#if __has_attribute\n#endif', `1: error: missing '(' after "__has_attribute"`],
    ['#if __has_attribute()\n#endif', '1: error: operator "__has_attribute" requires an identifier'],
    ['#if __has_attribute(packed\n#endif', `1: error: missing ')' after "__has_attribute"`],
  )
})

test('functions and attributes of C23 that a condition asks for', () => {
  const asked = (condition: string) => [`#if ${condition}\nint x = 1;\n#else\n#error no\n#endif`] as const
  check(
    asked('defined(__has_builtin) && __has_builtin(__builtin_offsetof) && __has_builtin(memcpy)'),
    asked('__has_builtin(__builtin_add_overflow) && __has_builtin(__sync_synchronize)'),
    asked('!__has_builtin(__builtin_nonsense) && !__has_builtin(packed)'),
    asked('__has_c_attribute(fallthrough) == 201904 && __has_c_attribute(__nodiscard__) == 202003'),
    asked('__has_c_attribute(gnu::packed) == 1 && !__has_c_attribute(packed) && !__has_c_attribute(noreturn)'),
    ['#if __has_builtin\n#endif', `1: error: missing '(' after "__has_builtin"`],
  )
})

test('imaginary constants', () => {
  check(
    ['int x = 1i;', '1: error: the imaginary constant 1i is not supported'],
    ['struct { int a; } x = { 2 + 1.5fj };', '1: error: the imaginary constant 1.5fj is not supported'],
  )
})

test('variables where C wants a constant', () => {
  const words = '1: error: "n" is a variable, not a constant expression'
  check(
    ['const int n = 3; struct { int a[n]; } x;', words],
    ['const int n = 3; enum { A = n };', words],
    ['const int n = 1; int x[3] = { [n] = 1 };', words],
    ['const int n = 3; int x = n + sizeof(int[n]), y[sizeof(n)];'],
  )
})

test('what is no declaration', () => {
  check(
    ['static_assert(1, "x"); int x;', '1: error: "static_assert" is a macro of <assert.h>; C has "_Static_assert"'],
    ['MODULE(1);\nint x = 1;', '1: error: expected a declaration, not "MODULE"'],
    ['x = 1;', '1: error: expected a declaration, not "x"'],
    ['char x[] = __DATE__;', '1: error: __DATE__ is another text at every build'],
  )
})

test('initializers that gcc refuses or warns of', () => {
  check(
    [
      'struct { int a; struct { int n; int d[]; } b; } x = { 1, { 2, {3} } };',
      '1: error: a flexible array inside another struct or array takes no values',
    ],
    ['struct { int n; int d[]; } x = { 1, {3} };'],
    ['struct { unsigned a:3; } x = { 1 }; int y = sizeof(x.a);', '1: error: a bit-field has no size of its own'],
    [
      'int x = __builtin_popcount(0x7fffffff + 1);',
      '1: warning: integer overflow: 2147483648 does not fit int',
      '1: error: no constant: the argument overflows',
    ],
    ['int x = __builtin_bswap16(0x12345);', '1: warning: argument 74565 does not fit unsigned short'],
    ['struct { int a; } x = { .a = {1} };', '1: warning: braces around a scalar initializer'],
    ['int x = {1};'],
    ['int x = (int *)5;', '1: warning: an integer is initialised with a pointer, without a cast'],
    ['int *x = 5, *y = 0;', '1: warning: a pointer is initialised with an integer, without a cast'],
    ['struct {} x = { 1 };', '1: warning: excess elements in struct initializer: struct {…}'],
  )
})

test('braces that are missing around values', () => {
  const words = '1: warning: braces are missing around the values of int[2]'
  check(
    ['int x[2][2] = { 1, 2, 3, 4 };', words],
    ['struct { int a[2]; } x = { .a = 1, 2 };', words],
    ['int x[2][2] = { 0 };'],
    ['int x[2][2] = { {1}, {2} }, y[2][2] = { [0][1] = 1 };'],
  )
})

test('precedence that is often mistaken', () => {
  check(
    ['int x = 1 << 2 + 3;', '1: warning: "+" inside "<<" without parentheses: "+" binds tighter'],
    ['int x = 1 | 2 & 4;', '1: warning: "&" in an operand of "|" without parentheses'],
    ['int x = 1 && 2 || 3;', '1: warning: "&&" within "||" without parentheses'],
    ['int x = 1 & 2 == 2;', '1: warning: "==" in an operand of "&" without parentheses'],
    ['int x = 1 << (2 + 3) | 1 << 4 | 3 * 2;'],
  )
})

test('characters and escape sequences', () => {
  check(
    ["int x = 'ab';", '1: warning: character constant of 2 characters'],
    ['char x[] = "\\x123";', '1: warning: escape sequence \\x123 is out of range'],
    ['char x[] = "\\8 \\e \\n \\% \\u00e9";', '1: warning: unknown escape sequence \\8'],
  )
})

test('a signed object takes what fits it without a sign', () => {
  check(
    ['signed char x = 200; struct { int a:3; } y = { 7 };'],
    ['signed char x = 300;', '1: warning: 0x12c does not fit signed char: it becomes 0x2c'],
  )
})
