import { beforeAll, expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import { emitObjects, emitSections } from '../../src/c/values/emit.ts'

/** Bytes in hexadecimal are what gcc 12 for x86-64 and `objcopy -O binary` made of the text. */

beforeAll(loadGrammar)

function check(...simulations: readonly (readonly [text: string, bytes: string])[]): void {
  for (const [text, bytes] of simulations) {
    const unit = readUnit(
      { uri: 'file:///a.c', text },
      { includeDirs: [], defines: {}, forceIncludes: [] },
      () => 'absent',
    )
    const blob = emitObjects(unit.objects)
    expect.soft(blob && Buffer.from(blob).toString('hex'), text).toBe(bytes)
  }
}

test('floating-point constants become integers as gcc folds them', () => {
  check(
    [
      `#define MB(x) ((unsigned long)((x) * 1024 * 1024))
struct { unsigned long a; unsigned b; unsigned long c; int d; unsigned char e; long f; _Bool g; unsigned h:5; } config = { MB(0.5), (unsigned)(1.5*1024), 0x100000 * 0.5, -2.75f, 300.7, 1e9, 0.1, 77.9 };`,
      '000008000000000000060000000000000000080000000000feffffffff00000000ca9a3b00000000011f000000000000',
    ],
    [
      `struct { unsigned a, b, c, d; } config = { 1.5 < 2, 1.5 == 1.5 && 2.5, !0.0, 3 / 2.0 };`,
      '01000000010000000100000001000000',
    ],
    [
      `struct { int a[(int)(2.5 * 2)]; unsigned b; } config = { {1,2}, sizeof(1.0f) + sizeof(1.0) };`,
      '01000000020000000000000000000000000000000c000000',
    ],
    [
      `enum { N = (int)3.9 }; struct { unsigned a; int x[N]; } config = { 1.0 / 3.0 * 3 == 1.0, {(unsigned char)-1.0, 0.1f + 0.2f > 0.3 } };`,
      '01000000000000000100000000000000',
    ],
    [
      `struct { float a; double b; float c[2]; double d; float e; double f; } config = { 1.1, 1.1f, {1, -0.0}, 0x1.8p3, 16777217, 1 ? 2 : 3.0 };`,
      'cdcc8c3f00000000000000a09999f13f0000803f0000008000000000000028400000804b000000000000000000000040',
    ],
  )
})

test('typeof, and what the kernel builds on it', () => {
  check(
    [
      `struct s { int a; unsigned char b[4]; };
typeof(struct s) x = { 1, {2} };
__typeof__(x.b) y = { 3 };
typeof(x.b[0]) z = 4;
typeof(1ull + 1) q = 5; __typeof(&x) p = 0; typeof(int[3]) r = {6}; typeof(unsigned long) t = 7;`,
      '010000000200000003000000040000000500000000000000060000000000000000000000000000000700000000000000',
    ],
    [
      `#define __ALIGN_KERNEL(x, a) __ALIGN_KERNEL_MASK(x, (__typeof__(x))(a) - 1)
#define __ALIGN_KERNEL_MASK(x, mask) (((x) + (mask)) & ~(mask))
#define ALIGN(x, a) __ALIGN_KERNEL((x), (a))
#define BITS_PER_LONG 64
#define BUILD_BUG_ON_ZERO(e) ((int)(sizeof(struct { int:(-!!(e)); })))
#define __is_constexpr(x) (sizeof(int) == sizeof(*(8 ? ((void *)((long)(x) * 0l)) : (int *)8)))
#define GENMASK_INPUT_CHECK(h, l) (BUILD_BUG_ON_ZERO(__builtin_choose_expr(__is_constexpr((l) > (h)), (l) > (h), 0)))
#define UL(x) (x##UL)
#define __GENMASK(h, l) (((~UL(0)) - (UL(1) << (l)) + 1) & (~UL(0) >> (BITS_PER_LONG - 1 - (h))))
#define GENMASK(h, l) (GENMASK_INPUT_CHECK(h, l) + __GENMASK(h, l))
#define BIT(n) (UL(1) << (n))
#define DIV_ROUND_UP(n,d) (((n) + (d) - 1) / (d))
struct { unsigned long a, b, c, d; } config = { ALIGN(0x12345, 0x1000), GENMASK(39, 21), BIT(35), DIV_ROUND_UP(1000, 64) };`,
      '00300100000000000000e0ffff00000000000000080000001000000000000000',
    ],
    [
      `enum e { A, B }; struct s { int a; }; typedef struct s t; typedef unsigned char u8;
#define C(a, b) __builtin_types_compatible_p(a, b)
struct { char r[16]; } config = { { C(int, int), C(int, signed), C(long, long long), C(unsigned char, u8), C(enum e, unsigned), C(struct s, t), C(int[3], int[]), C(int[3], int[4]), C(char, signed char), C(int *, int *), C(int *, char *), C(void *, int *), C(struct s *, t *), C(unsigned, unsigned long) } };`,
      '01010001010101000001000001000000',
    ],
    [`struct { char a; } config = { sizeof(*(1 ? (void*)0 : (int*)8)) + sizeof(*(1 ? (void*)1 : (int*)8)) };`, '05'],
  )
})

test('built-in functions have types of their own', () => {
  check(
    [
      `struct { unsigned long a[20]; } config = { { __builtin_bswap16(0x12345), __builtin_bswap32(0x1234567890), __builtin_bswap64(1), __builtin_clz(1), __builtin_clzll(1), __builtin_ctz(8), __builtin_ctzl(1ul<<40), __builtin_ffs(0), __builtin_ffsll(16), __builtin_popcount(255), __builtin_parity(7), __builtin_constant_p(3), __builtin_constant_p(config), __builtin_constant_p("a"), __builtin_choose_expr(1, 2, 3), __builtin_expect(5, 1), __builtin_choose_expr(0, config, 4), __builtin_bswap16(-1) } };`,
      '2345000000000000345678900000000000000000000000011f000000000000003f00000000000000030000000000000028000000000000000000000000000000050000000000000008000000000000000100000000000000010000000000000000000000000000000100000000000000020000000000000005000000000000000400000000000000ffff00000000000000000000000000000000000000000000',
    ],
    [`struct { unsigned long a; } config = { __builtin_strlen("hello") };`, '0500000000000000'],
  )
})

test('#pragma pack limits the alignment of members', () => {
  check(
    [
      `#pragma pack(push, 1)
struct a { char a; int b; short c; long d; };
#pragma pack(pop)
struct b { char a; int b; };
struct { struct a x; struct b y; struct a z; } config = { {1,2,3,4}, {5,6}, {7,8,9,10} };`,
      '010200000003000400000000000000000500000006000000070800000009000a0000000000000000',
    ],
    [
      `#pragma pack(push, id1, 2)
#pragma pack(push, id2, 4)
struct a { char a; int b; long d __attribute__((aligned(8))); };
#pragma pack(pop, id1)
struct b { char a; int b; int c:3; int d: 30; };
#pragma pack(4)
struct c { char a; long b; int x: 7; long y: 40; char z; int :0; char w; };
#pragma pack()
struct d { char a; long b; };
struct { struct a x; struct b y; struct c z; struct d w; } config = { {1,2,3}, {4,5,1,6}, {7,8,9,10,11,12}, {13,14} };`,
      '01000000020000000300000000000000040000000500000001000000060000000700000008000000000000000905000000000b000c0000000d000000000000000e00000000000000',
    ],
    [
      `struct a { char a;
#pragma pack(1)
 int b; };
_Pragma("pack(2)") struct b { char a; int b; };
struct { struct a x; struct b y; } config = { {1,2}, {3,4} };`,
      '010200000000030004000000',
    ],
    [
      `#define P _Pragma("pack(push,1)")
#define Q _Pragma("pack(pop)")
P struct a { char a; int b; } __attribute__((aligned(4))); Q
struct { struct a x[2]; char c; struct a y; } config = { {{1,2},{3,4}}, 5, {6, 7} };`,
      '01020000000000000304000000000000050000000607000000000000',
    ],
    [
      `#pragma pack(3)
#pragma pack 1
#pragma pack(pop)
struct { char a; int b; } config = { 1, 2 };`,
      '0100000002000000',
    ],
  )
})

test('attributes in a row all count', () => {
  check(
    [
      `struct b { char x; int y; } __attribute__((aligned(1 << 3))) __attribute__((packed));
struct k { char a; _Alignas(8) char b; };
__attribute__((used)) static const struct { struct b b[2]; struct k k; } __attribute__((packed)) config = { {{1,2},{3,4}},{5,6} };`,
      '0102000000000000030400000000000005000000000000000600000000000000',
    ],
    [
      `struct { char a; struct { char b; int c; } __attribute__((packed)) d; int e; } __attribute__((aligned(16))) __attribute__((packed)) config = { 1, {2, 3}, 4 };`,
      '01020300000004000000000000000000',
    ],
    [
      `struct d { char x; int y __attribute__((packed)) __attribute__((aligned(2))); };
struct h { char a; } __attribute__((__packed__)) __attribute__(()) __attribute__((aligned(4)));
struct { struct d d; struct h h; } config = { {7,8},{18} };`,
      '070008000000000012000000',
    ],
  )
})

test('pointers that are numbers are written', () => {
  check(
    [
      `struct { void *a; unsigned long b; int *c; char *d; } config = { (void *)0x1000, (unsigned long)(void *)0x2000, (int *)0x80000000, (char*)-1 };`,
      '001000000000000000200000000000000000008000000000ffffffffffffffff',
    ],
    [
      `struct { unsigned long b; int *c; } config = { (unsigned long)((char *)0x2000 + 5), (int *)0x1000 + 3 };`,
      '05200000000000000c10000000000000',
    ],
  )
})

test('assertions, extensions and kept macros', () => {
  check(
    [
      `_Static_assert(sizeof(int) == 4, "x"); _Static_assert(sizeof(long) == 8);
struct { int a; _Static_assert(1, "y"); char b; } config = { 1, 2 };`,
      '0100000002000000',
    ],
    [`__extension__ struct { int a; } config = { __extension__ 4 };`, '04000000'],
    [
      `#define A 1
#pragma push_macro("A")
#undef A
#define A 2
#pragma pop_macro("A")
struct { int a; } config = { A };`,
      '01000000',
    ],
  )
})

test('ranges in ranges share what they write until one of them is written again', () => {
  check(
    ['char q[3][3] = { [0 ... 2] = { [0 ... 2] = 1 }, [1][1] = 5 };', '010101010501010101'],
    ['char q[3][3] = { [0 ... 2] = { [0 ... 2] = 1 }, [0 ... 1][1] = 5 };', '010501010501010101'],
  )
  const text = `int q[65536][65536][65536] = { [0 ... 65535] = { [0 ... 65535] = { [0 ... 65535] = 1 } } };`
  const options = { includeDirs: [], defines: {}, forceIncludes: [] }
  expect(emitObjects(readUnit({ uri: 'file:///a.c', text }, options, () => 'absent').objects)).toBeUndefined()
})

test('words of a type that the grammar knows apart are one type', () => {
  check(['unsigned __int128 x = (unsigned __int128)1 << 64;', '00000000000000000100000000000000'])
})

test('a line that a preprocessor left behind counts the lines', () => {
  check(['# 33 "a.h"\nint x = __LINE__;', '21000000'])
})

test('a list in a list is for the first member', () => {
  check([
    `struct t { struct { int a; char b; }; int c; }; struct s { struct t t; int d; } config = { .t = { { .a = 1, .b = 2 }, 3 }, .d = 4 };`,
    '01000000020000000300000004000000',
  ])
})

test.each([
  ['struct { int a; char a; } x = { 1 };', 'duplicate member "a"'],
  ['struct { int a; union { char b; int a; }; } x = { 1 };', 'duplicate member "a"'],
  ['enum { A, A }; int x = A + 1;', 'redeclaration of enumerator "A"'],
  ['struct s { int a; struct s b; } x = { 1 };', 'member "b" has the type struct s, which is not defined before'],
  ['struct s { struct s b[2]; };', 'member "b" has the type struct s'],
  ['struct b; struct a { struct b x; }; struct b { int y; };', 'member "x" has the type struct b'],
  ['struct s { int a[]; int b; };', 'member "a" is a flexible array, which stands at the end'],
  ['struct s { void v; };', 'member "v" is declared void'],
  ['enum { A = 0x7fffffff, B };', '"B" overflows int'],
  ['enum { A = 0xffffffffffffffff, B };', '"B" overflows unsigned long'],
  ['int x = 1 << -1;', 'shift'],
  ['int f(int a) { return a; }', '"f" is a function: its code would be among the bytes'],
  ['typedef int t; typedef long t; t x = 1;', 'conflicting types for "t"'],
  ['int x = 1; int x = 2;', 'redefinition of "x"'],
  ['struct { int a; _Static_assert(0, "no"); } x = { 1 };', 'static assertion failed: "no"'],
  ['char x[] = NAME "a";', 'NAME is not a string'],
  ['char x[4] = { "a" NAME };', 'NAME is not a string'],
  ['char *x = "a" NAME;', 'NAME is not a string'],
  [`int x[] = L"a" u"b";`, 'string literals with L and u cannot be joined'],
  ['char x[] = "\\\\x\\x";', 'unexpected'],
  [`int x = '\\x';`, '\\x is used with no hexadecimal digits'],
  ['int x = 1lL;', '"1lL" is not a number'],
  ['int x = 1LUL;', '"1LUL" is not a number'],
  ['long long long x = 1;', '"long long long" is not a type'],
  ['unsigned float x = 1;', '"unsigned float" is not a type'],
  ['struct { int a : 0; } x = { 1 };', 'bit-field width 0 is out of range'],
  ['int x = 1; long x;', 'conflicting types for "x"'],
  ['auto int x = 1;', '"auto" has no place outside of functions'],
  ['__thread int x = 1;', '"__thread" is not supported'],
  ['int *x = (int[]){ 1, 2 };', 'the address of a compound literal'],
  ['int x = 5.0 % 2;', '"%" takes no floating-point number here'],
  ['long x = 1.5L;', 'long double is not supported'],
  ['struct { int a; } __attribute__((scalar_storage_order("big-endian"))) x = { 1 };', 'is not supported'],
  ['struct { int a; } x = { { 1, [1] = 2 } };', 'designator in scalar initializer'],
  ['struct { int a; } x = { 1, { 2 } };', 'extra brace group in struct initializer'],
])('%s is refused', (text, words) => {
  const { problems } = readUnit(
    { uri: 'file:///a.c', text },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    () => 'absent',
  )
  expect(problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toContainEqual(
    expect.stringContaining(words),
  )
})

test('literals of a file that is not UTF-8 keep its bytes', () => {
  const unit = readUnit(
    { uri: 'file:///a.c', text: 'char x[] = "B\u00fcro";', isLatin1: true },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    () => 'absent',
  )
  expect(Buffer.from(emitObjects(unit.objects) ?? []).toString('hex')).toBe('42fc726f00')
})

test('each section that attributes name has bytes of its own', () => {
  const text =
    'int a __attribute__((section(".cell.a"))) = 1; int b __attribute__((section(".cell.b"))) = 2; int c = 3;'
  const unit = readUnit(
    { uri: 'file:///a.c', text },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    () => 'absent',
  )
  const sections = [...(emitSections(unit.objects) ?? [])].map(([name, bytes]) => [name, [...bytes]])
  expect(sections).toEqual([
    ['.cell.a', [1, 0, 0, 0]],
    ['.cell.b', [2, 0, 0, 0]],
  ])
})

test.each([
  'struct s { struct s *next; int a[]; };',
  'union u { int a[]; int b; };',
  'int x = 1 ? 2 : 1 / 0;',
  'int x = 1 ?: 1 / 0;',
  'int x = sizeof(1 / 0) + sizeof(1 << 40);',
  'char x[] = "\\\\x" "\\x41";',
  'extern int x[]; int x[2] = { 1, 2 };',
  'int x = 3uLL + 3LLu + 3ul;',
  'enum { A = 0x7fffffff, B = 1, C = 0x80000000, D, E = -1, F };',
  'static inline int f(int a) { return a; }',
  'static int g(void) { return 1; }',
])('%s is none of a compiler’s errors', text => {
  const options = { includeDirs: [], defines: {}, forceIncludes: [] }
  expect(readUnit({ uri: 'file:///a.c', text }, options, () => 'absent').problems).toEqual([])
})

test('a const struct is its value, and what is written to a part of the copy leaves zeros around', () => {
  const text = `struct s { int a, b; };
static const struct s t = { 1, 2 };
struct { struct s arr[3]; struct { struct s x; int y; } u, v, w; struct s last; } config =
  { .arr = { t, [2] = t }, .u = { .x = t, 3 }, { t, 3 }, { .x = t, .x.b = 9 }, t };`
  const { objects, problems } = readUnit(
    { uri: 'file:///a.c', text },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    () => 'absent',
  )
  expect(problems).toEqual([])
  const bytes = emitObjects(objects.filter(({ name }) => name === 'config'))
  expect(bytes && Buffer.from(bytes).toString('hex')).toBe(
    '0100000002000000000000000000000001000000020000000100000002000000030000000100000002000000030000000000000009000000000000000100000002000000',
  )
})

test('_Generic stands for the operand that the type of the first one names', () => {
  check(
    [
      `struct { unsigned a[9]; } config = { { _Generic(1, int: 2, default: 3), _Generic(1u, int: 2, default: 3), _Generic((char)1, int: 4, char: 5, signed char: 6), _Generic('a', char: 1, int: 2), _Generic(1ull, unsigned long: 1, unsigned long long: 2), _Generic(1.0f, double: 1, float: 2), _Generic(1 ? 1 : 2l, long: 7, int: 8), _Generic(1, const int: 1, int: 2), _Generic((short)1 + (short)1, short: 1, int: 2) } };`,
      '020000000300000005000000020000000200000002000000070000000200000002000000',
    ],
    [
      `#define K(x) _Generic((x), char *: sizeof(x), unsigned: 0x10, default: 9)
enum e { A = 1 }; struct s { int q; } v = { 3 }; struct { unsigned long a[7]; } config = { { K("abc"), K(3u), K(v), _Generic(v, struct s: 4, default: 5), _Generic(A, unsigned: 1, int: 2), _Generic((enum e)1, unsigned: 1, int: 2), sizeof(_Generic(1, int: (char)1, default: 2ul)) } };`,
      '03000000000000000000000000000000000000000000000000000000000000000400000000000000100000000000000009000000000000000400000000000000020000000000000001000000000000000100000000000000',
    ],
    [
      `struct { int a[2][_Generic(1, int: 3)]; unsigned b; } config = { .b = _Generic(config.a, int (*)[3]: 1, int *: 2, default: 3) };`,
      '00000000000000000000000000000000000000000000000001000000',
    ],
  )
})

test.each([
  ['_Generic(1, long: 2)', '_Generic has no association for int'],
  ['_Generic(1, int: 2, signed: 3)', '_Generic names int twice: two types are compatible'],
  ['_Generic(1, int: 2, default: nobody)', 'nobody is not declared'],
  ['_Generic("a", const char *: 1, char *: 2)', '_Generic over pointers to qualified types is not supported'],
])('%s is an error', (expression, message) => {
  const text = `unsigned a = ${expression};`
  const { problems } = readUnit(
    { uri: 'file:///a.c', text },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    () => 'absent',
  )
  expect(problems.map(each => `${each.severity}: ${each.message}`)).toEqual([`error: ${message}`])
})

test('leading and trailing zeros of 0 are all its bits', () => {
  check(['int x[] = { __builtin_clz(0), __builtin_ctzl(0), __builtin_clzll(0) };', '200000004000000040000000'])
})

test('an integer as a compound literal', () => {
  check([
    'struct { unsigned long a; unsigned b; } x = { .a = (unsigned long){0x1000}, (unsigned){2} };',
    '00100000000000000200000000000000',
  ])
})

test('a struct with an alignment of its own is placed as coarsely as any', () => {
  check([
    'struct s { unsigned char a[12]; } __attribute__((aligned(4))) x = { {1} }; struct s y = {{3}};',
    '01000000000000000000000000000000030000000000000000000000',
  ])
})

test('a compound literal of another length is not the array', () => {
  const { problems } = readUnit(
    {
      uri: 'file:///a.c',
      text: 'struct m { long p; }; struct { struct m r[3]; } x = { .r = (struct m[2]){ {1}, {2} } };',
    },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    () => 'absent',
  )
  expect(problems.map(({ message }) => message)).toContain('the address of a compound literal is not supported')
})
