import { describe, expect, test } from 'vitest'
import { expanded } from './source.ts'

/** Expectations are the output of `gcc -E`. */
function table(simulations: Readonly<Record<string, readonly [input: string, output: string]>>): void {
  for (const [name, [input, output]] of Object.entries(simulations))
    test(name, () => expect(expanded(input)).toBe(output))
}

/** A heading of definitions and what each line below them becomes. */
function lines(name: string, definitions: string, uses: readonly (readonly [string, string])[]): void {
  describe(name, () => {
    for (const [use, output] of uses) test(use, () => expect(expanded(`${definitions}\n${use}\n`)).toBe(output))
  })
}

lines(
  'rescanning, as C11 6.10.3.5 example 3 has it',
  `#define x 3
#define f(a) f(x * (a))
#undef x
#define x 2
#define g f
#define z z[0]
#define h g(~
#define m(a) a(w)
#define w 0,1
#define t(a) a
#define p() int
#define q(x) x
#define r(x,y) x ## y
#define str(x) # x`,
  [
    ['f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);', 'f(2 * (y+1)) + f(2 * (f(2 * (z[0])))) % f(2 * (0)) + t(1);'],
    ['g(x+(3,4)-w) | h 5) & m\n(f)^m(m);', 'f(2 * (2+(3,4)-0,1)) | f(2 * (~ 5)) & f(2 * (0,1))^m(0,1);'],
    ['p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };', 'int i[] = { 1, 23, 4, 5, };'],
    ['char c[2][6] = { str(hello), str() };', 'char c[2][6] = { "hello", "" };'],
  ],
)

lines(
  'strings and pasting, as C11 6.10.3.5 example 4 has it',
  `#define str(s) # s
#define xstr(s) str(s)
#define debug(s, t) printf("x" # s "= %d, x" # t "= %s", x ## s, x ## t)
#define INCFILE(n) vers ## n
#define glue(a, b) a ## b
#define xglue(a, b) glue(a, b)
#define HIGHLOW "hello"
#define LOW LOW ", world"`,
  [
    ['debug(1, 2);', 'printf("x" "1" "= %d, x" "2" "= %s", x1, x2);'],
    [
      String.raw`fputs(str(strncmp("abc\0d", "abc", '\4') // this goes away
== 0) str(: @\n), s);`,
      String.raw`fputs("strncmp(\"abc\\0d\", \"abc\", '\\4') == 0" ": @\n", s);`,
    ],
    ['xstr(INCFILE(2).h)', '"vers2.h"'],
    ['glue(HIGH, LOW);', '"hello";'],
    ['xglue(HIGH, LOW)', '"hello" ", world"'],
  ],
)

lines(
  '## that is made by ##, as C11 6.10.3.3 has it',
  `#define hash_hash # ## #
#define mkstr(a) # a
#define in_between(a) mkstr(a)
#define join(c, d) in_between(c hash_hash d)`,
  [['char p[] = join(x, y);', 'char p[] = "x ## y";']],
)

lines('placemarkers, as C11 6.10.3.5 example 5 has it', '#define t(x,y,z) x ## y ## z', [
  ['int j[] = { t(1,2,3), t(,4,5), t(6,,7), t(8,9,), };', 'int j[] = { 123, 45, 67, 89, };'],
  ['int k[] = { t(10,,), t(,11,), t(,,12), t(,,) };', 'int k[] = { 10, 11, 12, };'],
])

lines(
  'any number of arguments, as C11 6.10.3.5 example 7 has it',
  `#define debug(...) fprintf(stderr, __VA_ARGS__)
#define showlist(...) puts(#__VA_ARGS__)
#define report(test, ...) ((test)?puts(#test): printf(__VA_ARGS__))`,
  [
    ['debug("Flag");', 'fprintf(stderr, "Flag");'],
    ['debug("X = %d\\n", x);', 'fprintf(stderr, "X = %d\\n", x);'],
    ['showlist(The first, second, and third items.);', 'puts("The first, second, and third items.");'],
    ['report(x>y, "x is %d but y is %d", x, y);', '((x>y)?puts("x>y"): printf("x is %d but y is %d", x, y));'],
  ],
)

lines('a comma before no arguments', '#define g(a, ...) a , ## __VA_ARGS__ ;\n#define h(...) x , ## __VA_ARGS__ ;', [
  ['g(1)', '1 ;'],
  ['g(1,)', '1 , ;'],
  ['g(1,2,3)', '1 ,2,3 ;'],
  ['h()', 'x ;'],
  ['h(1)', 'x ,1 ;'],
])

lines('a named rest', '#define p(x...) f(x) + g(0, ##x)\n#define q(x, y...) x, ## y; y', [
  ['p()', 'f() + g(0)'],
  ['p(1,2)', 'f(1,2) + g(0,1,2)'],
  ['q(1)', '1;'],
  ['q(1,2)', '1,2; 2'],
])

lines(
  '__VA_OPT__',
  `#define EMPTY
#define V(a, ...) [a __VA_OPT__(x ## a) #__VA_ARGS__]
#define W(...) __VA_OPT__(a) #__VA_OPT__(b  c)
#define X(x,...) f(x __VA_OPT__(,) __VA_ARGS__)`,
  [
    ['V(1)', '[1 ""]'],
    ['V(1,2, 3)', '[1 x1 "2, 3"]'],
    ['W()', '""'],
    ['W(1)', 'a "b c"'],
    ['X(1,EMPTY)', 'f(1)'],
    ['X(1,2)', 'f(1 , 2)'],
  ],
)

lines(
  'pasting',
  `#define F(x,y) x##y
#define CAT(a,b) a ## b
#define AB 1
#define H #H`,
  [
    ['[F(,)]', '[]'],
    ['F(-,-) F(1,e) F(.,5) F(L,"a") F(<<,=)', '-- 1e .5 L"a" <<='],
    ['F(a b,c d)', 'a bc d'],
    ['CAT(A,B)', '1'],
    ['CAT(C,AT)(A,B)', 'CAT(A,B)'],
    ['H', '#H'],
  ],
)

lines(
  'the name of a function-like macro',
  `#define nil(x) x
#define G_0(arg) nil(nil)(arg)
#define foo() bar
#define LP (
#define EMPTY
#define OBJ nil
#define a(x) x*b
#define b(x) a(x)
#define self(x) x self`,
  [
    ['foo + foo (\n) foo', 'foo + bar foo'],
    ['G_0(42)', 'nil(42)'],
    ['nil LP 1) nil EMPTY (1)', 'nil ( 1) nil (1)'],
    ['OBJ(2) OBJ EMPTY (2)', '2 nil (2)'],
    ['a(2)(9)(3)', '2*9*b(3)'],
    ['self(1)(2)(3)', '1 self(2)(3)'],
    ['nil(foo)()', 'bar'],
  ],
)

lines('names within their own expansion', '#define AA BB\n#define BB AA\n#define me me + 1\n#define id(x) x', [
  ['AA BB', 'AA BB'],
  ['me', 'me + 1'],
  ['id(me) id(id(me))', 'me + 1 me + 1'],
])

lines('strings of arguments', '#define f(x) #x', [
  ['f(  a  b\n c /* d */ e )', '"a b c e"'],
  ['f("a\\n" \'\\0\')', `"\\"a\\\\n\\" '\\\\0'"`],
  [`f("a@b" '"')`, `"\\"a@b\\" '\\"'"`],
  ['f(a\\b)', '"a\\b"'],
])

table({
  'directives within arguments count': [
    '#define f(x) [x]\nf(1\n#define A 7\n+ A\n#undef A\n) f (2) f\n#define Q 1\n(3)\n',
    '[1 + A] [2] f (3)',
  ],
  'conditionals within arguments': ['#define f(x) [x]\nf(1\n#if 0\n+ 2\n#else\n+ 3\n#endif\n)', '[1 + 3]'],
  'numbers swallow what follows them': ['#define x 3\n0x1E-x 1.e+x .5e-1 1x 1.x x', '0x1E-x 1.e+x .5e-1 1x 1.x 3'],
  'a macro may give the parts of an initializer': [
    '#define RUN .a = 1, .b = 2\n#define PAIR(x) { x }, { x + 1 }\n{ RUN }, PAIR(3)',
    '{ .a = 1, .b = 2 }, { 3 }, { 3 + 1 }',
  ],
  'operators stay as they are written': ['#define X 1 << (N + 1)\n#define N 3\nX * 2', '1 << (3 + 1) * 2'],
  'undefined again': ['#define A 1\nA\n#undef A\nA', '1 A'],
  'digraphs are what they mean': ['%:define Y 2\nY <: :> <% %>', '2 [ ] { }'],
  'trigraphs are nothing': ['??=define X 1\nX', '??=define X 1 X'],
  'a backslash joins lines, blanks after it or not': ['#define A 1 \\\n + 2 \\  \n + 3\nA a\\\nb', '1 + 2 + 3 ab'],
  'comments are blanks': ['a/* x\n */b // c \\\n d\ne', 'a b e'],
  'a comment may stand around a directive': ['/* x */ # /* y */ define Y 3 // z\nY', '3'],
  'what stands before # makes it no directive': ['a /* c\n */ # define Z 1\nZ', 'a # define Z 1 Z'],
  'lines end as on any system': ['#define A 1\r\nA\r#define B 2\rB\n', '1 2'],
  'a byte order mark and NUL are nothing': ['\ufeff#define A 1\nA\0A', '1 1'],
  'names in any script': ['#define größe 4\n#define 𝒳 5\ngröße 𝒳', '4 5'],
  'lines, counters and files': [
    '#define N(x) __COUNTER__\nN(1) N(2) __INCLUDE_LEVEL__ __LINE__\n__FILE__ __BASE_FILE__',
    '0 1 0 2 "/board/main.c" "/board/main.c"',
  ],
  'a use over several lines has the last line': ['#define N(x) x\nN(\n__LINE__\n)', '4'],
  '#line counts on from there': ['#line 90 "other.c"\n__LINE__ __FILE__', '90 "other.c"'],
  'what the compiler defines': ['__STDC__ __LP64__ __SIZEOF_LONG__ __INT_MAX__ __UINT64_C(1)', '1 1 8 0x7fffffff 1UL'],
  '_Pragma leaves nothing': ['_Pragma("pack(1)") x', 'x'],
})

test('the command line defines macros with and without value', () => {
  expect(expanded('A B C(3)', { defines: { A: '1', B: '', 'C(x)': 'x + x' } })).toBe('1 3 + 3')
})

test('a newline in a value of the command line is a blank', () => {
  expect(expanded('A', { defines: { A: '1\n#error no' } })).toBe('1 #error no')
})
