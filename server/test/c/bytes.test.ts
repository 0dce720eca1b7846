import { beforeAll, expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import { emitObjects, isTooLarge } from '../../src/c/values/emit.ts'

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

test('integers keep their width and sign', () => {
  check(
    ['unsigned char x = -1;', 'ff'],
    ['long x = 1 << 31;', '00000080ffffffff'],
    ['unsigned long long x = 1 << 31;', '00000080ffffffff'],
    ['unsigned long long x = -1;', 'ffffffffffffffff'],
    ['unsigned long long x = 0x80000000 - 1 + 0xffffffff;', 'feffff7f00000000'],
    ['unsigned long long x = -1u;', 'ffffffff00000000'],
    ['int x = -1 < 1u;', ''],
    ['long x = -5 / 2 * 100 + -5 % 2;', '37ffffffffffffff'],
    ['long x = ~0u;', 'ffffffff00000000'],
    ['long x = (char)200;', 'c8ffffffffffffff'],
    ['unsigned short x = 0x12345;', '4523'],
    ['int x = 0777 + 0b101 + 0xFul;', '13020000'],
    ["int x = 'a' + '\\n' + '\\x41' + '\\101' + '\\0';", 'ed000000'],
    ["int x = 'ab';", '62610000'],
    ["int x = '\\377';", 'ffffffff'],
    ['_Bool x = 256;', '01'],
    ['long x = 2147483648 + 0x7fffffff + 0xffffffff;', 'feffffff01000000'],
    ['int x = 1 ? 2 : 1 / 0;', '02000000'],
    ['int x = 0 && 1 / 0 || 3;', '01000000'],
    ['long x = 1 ? -1 : 0u;', 'ffffffff00000000'],
    ['int x = !5 + !!7;', '01000000'],
    ['int x = (-8 >> 1) + (0x80000000 >> 31);', 'fdffffff'],
    ['long x = 10 - 2 - 3 << 1 + 1;', '1400000000000000'],
    ['int x = 3 & 1 == 1 | 4 ^ 2;', '07000000'],
  )
})

test('an object of 8, 16 or 32 bytes begins at a multiple of as many', () => {
  const zeros = (count: number) => '00'.repeat(count)
  check(
    ['char a = 1; char b[7] = { 2 };', `0102${zeros(6)}`],
    ['char a = 1; char b[8] = { 2 };', `01${zeros(7)}02${zeros(7)}`],
    ['char a = 1; char b[15] = { 2 };', `01${zeros(7)}02${zeros(14)}`],
    ['char a = 1; char b[16] = { 2 };', `01${zeros(15)}02${zeros(15)}`],
    ['char a = 1; char b[31] = { 2 };', `01${zeros(15)}02${zeros(30)}`],
    ['char a = 1; char b[32] = { 2 };', `01${zeros(31)}02${zeros(31)}`],
  )
})

test('sizes and offsets of types and members', () => {
  check(
    [
      'struct s { char a; int b; short c; } ; int x[] = { sizeof(struct s), sizeof(int[3]), sizeof(char *), _Alignof(struct s) };',
      '0c0000000c0000000800000004000000',
    ],
    [
      'struct s { char a; int b[3]; } __attribute__((packed)); int x[] = { sizeof(struct s), __builtin_offsetof(struct s, b), __builtin_offsetof(struct s, b[2]) };',
      '0d0000000100000009000000',
    ],
    [
      'struct s { char a; struct { char b; long c; } d; }; long x = (unsigned long)&((struct s *)0)->d.c;',
      '1000000000000000',
    ],
    [
      'struct { char a[3]; short b[7]; } c = { .b = { sizeof(c.b) / sizeof(c.b[0]), sizeof c, sizeof(c.a) } };',
      '000000000700120003000000000000000000',
    ],
    ['typedef struct { short a, b; } t; int x = sizeof(t) + sizeof(t[3]) + sizeof(t *);', '18000000'],
    [
      'struct r { int a, b; }; struct { short n, m, k; } c = { sizeof((struct r[]){ { .a = 1 }, [4] = { 5 } }) / sizeof(struct r), sizeof((struct r[]){ 1, 2, 3, 4 }), sizeof((char[]){ "abc" }) };',
      '050010000400',
    ],
    [`int x = sizeof("abc") + sizeof("a" "b") + sizeof(1L) + sizeof 'a' + sizeof(1 ? 1 : 2L);`, '1b000000'],
    [
      'enum e { A, B = 5, C, D = -1 }; enum e x[] = { A, B, C, D }; int y = sizeof(enum e);',
      '000000000500000006000000ffffffff04000000',
    ],
    ['enum __attribute__((packed)) e { A, B = 200 }; enum e x = B; int y = sizeof(enum e);', 'c800000001000000'],
  )
})

test('structs are laid out with padding, packing and alignment', () => {
  check(
    [
      'struct { char a; int b; char c; long long d; } x = { 1, 2, 3, 4 };',
      '010000000200000003000000000000000400000000000000',
    ],
    [
      'struct { char a; int b; char c; long long d; } __attribute__((packed)) x = { 1, 2, 3, 4 };',
      '0102000000030400000000000000',
    ],
    ['struct __attribute__((packed)) { char a; int b; } x = { 1, 2 };', '0102000000'],
    ['struct { char a; int b __attribute__((packed)); short c; } x = { 1, 2, 3 };', '0102000000000300'],
    ['struct { char a; char b __attribute__((aligned(8))); } x = { 1, 2 };', '01000000000000000200000000000000'],
    ['struct { char a; } __attribute__((aligned(4))) x = { 1 };', '01000000'],
    ['struct { char a; struct { int b; } c; } __attribute__((packed)) x = { 1, { 2 } };', '0102000000'],
    [
      'struct { char a; union { int b; char c; }; struct { short d; }; } x = { 1, .c = 2, .d = 3 };',
      '010000000200000003000000',
    ],
    [
      'typedef int i __attribute__((aligned(8))); struct { char a; i b; } x = { 1, 2 };',
      '01000000000000000200000000000000',
    ],
    ['struct { int a; char b[]; } x = { 1, { 2, 3, 4, 5, 6 } };', '010000000203040506'],
    ['struct { int a; char b[0]; int c; } x = { 1, .c = 2 };', '0100000002000000'],
    ['struct { char a; _Alignas(4) char b; } x = { 1, 2 };', '0100000002000000'],
  )
})

test('bit-fields', () => {
  check(
    ['struct { int a : 3, b : 5, c : 12; } x = { 1, -2, 0x123 };', 'f1230100'],
    ['struct { char a; int b : 20; int c : 20; } x = { 1, 2, 3 };', '0102000003000000'],
    ['struct { char a; int b : 20; int c : 20; } __attribute__((packed)) x = { 1, 2, 3 };', '010200300000'],
    ['struct { int a : 3; int : 0; int b : 3; } x = { 1, 2 };', '0100000002000000'],
    ['struct { int a : 3; int : 7; int b : 3; } x = { 1, 2 };', '01080000'],
    ['struct { unsigned long long a : 33, b : 31; } x = { 0x1ffffffff, 1 };', 'ffffffff03000000'],
    ['struct { _Bool a : 1, b : 1; unsigned char c : 6; } x = { 1, 2, 3 };', '0f'],
    ['struct { unsigned a : 4; } x = { 18 };', '02000000'],
  )
})

test('initializers by position, by name, by index', () => {
  check(
    ['struct { int a, b[3], c; } x = { 1, { 2 }, 3 };', '0100000002000000000000000000000003000000'],
    ['struct { int a, b[3], c; } x = { .c = 1, .a = 2, 3 };', '0200000003000000000000000000000001000000'],
    ['struct { int a, b[3], c; } x = { .b[1] = 1, 2, 3 };', '0000000000000000010000000200000003000000'],
    ['struct { int a; struct { int b, c; } d; } x = { .d.c = 1, .d.b = 2, .a = 3 };', '030000000200000001000000'],
    ['struct { int a; struct { int b, c; } d; } x = { .d = { 1, 2 }, .d.c = 9 };', '000000000100000009000000'],
    ['struct { int a; struct { int b, c; } d; } x = { .d.c = 9, .d = { 1 } };', '000000000100000000000000'],
    ['int x[] = { [3] = 1, 2, [1] = 5 };', '0000000005000000000000000100000002000000'],
    ['int x[8] = { [1 ... 3] = 7, 8, [2] = 1 };', '0000000007000000010000000700000008000000000000000000000000000000'],
    [
      'struct { int a, b; } x[4] = { [0 ... 3] = { 1, 2 }, [2].b = 9 };',
      '0100000002000000010000000200000001000000090000000100000002000000',
    ],
    [
      'struct { int a, b; } x[4] = { [1 ... 2].b = 9, 5 };',
      '0000000000000000000000000900000000000000090000000500000000000000',
    ],
    ['struct { int a, b; } x = { b: 1, a: 2 };', '0200000001000000'],
    ['int x[4] = { [2] 5, 6 };', '00000000000000000500000006000000'],
    ['struct { union { int a; char b; } u; int c; } x = { .u.a = -1, .u.b = 1, .c = 2 };', '0100000002000000'],
    ['union { char a; int b; } x = { 0x101 };', '01000000'],
    ['union { struct { char a, b; } s; int c; } x = { .s.a = 1, .s.b = 2 };', '01020000'],
  )
})

test('braces may be left out', () => {
  check(
    [
      'struct { int a; struct { int b, c[2]; } d; int e; } x = { 1, 2, 3, 4, 5 };',
      '0100000002000000030000000400000005000000',
    ],
    ['struct { int a, b; } x[2] = { 1, 2, 3 };', '01000000020000000300000000000000'],
    ['int x[2][3] = { 1, 2, { 3, 4 }, 5 };', '010000000200000003000000050000000000000000000000'],
    ['struct { struct { char a[2]; } b; int c; } x = { { "a" }, 1 };', '6100000001000000'],
    ['struct { char a[4]; int b; } x[] = { "abc", 1, "de", 2 };', '61626300010000006465000002000000'],
  )
})

test('what does not fit is cut or ignored', () => {
  check(
    ['int x[2] = { 1, 2, 3 };', '0100000002000000'],
    ['struct { int a; } x = { 1, 2 };', '01000000'],
    ['char x[3] = "abcdef";', '616263'],
    ['char x[3] = "abc";', '616263'],
    ['char x[] = "abc\\0d" "e\\x41";', '6162630064654100'],
    ['char x[5] = { "ab" };', '6162000000'],
    ['unsigned char x[2] = { 256, 511 };', '00ff'],
    ['int x = { 1, 2 };', '01000000'],
    ['struct { int a[2]; int b; } x = { { 1, 2, 3 }, 4 };', '010000000200000004000000'],
  )
})

test('objects lie as gcc and objcopy put them', () => {
  check(
    ['char a = 1; int b = 2; char c = 3;', '010000000200000003'],
    ['int a = 1; int b = 0; int c = 3;', '0100000003000000'],
    ['const int a = 1;', '01000000'],
    [
      'int a = 1, b[3] = { 2 }; char c[20] = { 3 };',
      '01000000000000000200000000000000000000000000000000000000000000000300000000000000000000000000000000000000',
    ],
    ['static int a = 5; int f(void); extern int g; int b = 6;', '0500000006000000'],
    ['struct { char *name; int n; } x = { "abc", 5 };', '00000000000000000500000000000000'],
    ['struct s { int a; }; struct s x = (struct s){ 7 };', '07000000'],
    ['static inline int f(int a) { return a ? 1 : 2; } typedef int i; i x = 3;', '03000000'],
  )
})

test('a second object begins at its own alignment', () => {
  check(
    [
      'char a = 1; int b __attribute__((aligned(16))) = 2; char c = 3; long d = 4;',
      '0100000000000000000000000000000002000000030000000400000000000000',
    ],
    ['char a = 1; struct { char x[40]; } b = { { 2 } };', `01${'00'.repeat(31)}02${'00'.repeat(39)}`],
  )
})

const unitOf = (text: string) =>
  readUnit({ uri: 'file:///a.c', text }, { includeDirs: [], defines: {}, forceIncludes: [] }, () => 'absent')

test.each([
  'int x = 1; int y __attribute__((aligned(1 << 28))) = 1;',
  'struct { int a; int b __attribute__((aligned(1 << 28))); } x = { 1, 2 };',
  'char x[1 << 25] = { 1 };',
  'char x[1 << 20][1 << 20] = { { 1 } };',
  'char x[0xffffffff] = { [0 ... 1000] = 1 };',
])('more bytes than any configuration has are not made: %s', text => {
  const { objects } = unitOf(text)
  expect(emitObjects(objects)).toBeUndefined()
  expect(isTooLarge(objects)).toBe(true)
})

test('what has no bytes may have any number of elements', () => {
  const { objects } = unitOf('struct e {}; struct e a[1 << 22][1 << 22] = { { } }; int b = 1;')
  expect(emitObjects(objects)).toEqual(Uint8Array.of(1, 0, 0, 0))
})

test('a name may be of any length in any script', () => {
  for (const letter of ['é', '\u0301', 'a'])
    expect(unitOf(`int a${letter.repeat(30_000)} = 1;`).problems.length).toBe(0)
  expect(() => unitOf(`int a${'𝐀'.repeat(30_000)} = 1;`)).not.toThrow()
})

test.each([
  'char a[1000][1000][1000] = { [0 ... 999][0 ... 999][0 ... 999] = 1 };',
  'struct { int a, b; } a[1 << 30] = { [0 ... (1 << 30) - 1].a = 1 };',
  `struct { ${Array.from({ length: 50 }, (_, i) => `struct { int a, b; } m${i}[10000];`).join(' ')} } a = { ${Array.from({ length: 50 }, (_, i) => `.m${i} = { [0 ... 9999].a = 1 },`).join(' ')} };`,
])('ranges of a file write only so many elements, and it is said: %s', text => {
  expect(unitOf(text).problems.map(({ message }) => message)).toContain('index range is too long')
})

test('conditionals that nothing ends are read in one pass', () => {
  const { objects, problems } = unitOf(`${'#if 0\n'.repeat(30_000)}int a = 1;\n`)
  expect(objects.map(({ name }) => name)).toEqual(['a'])
  expect(problems.length).toBeGreaterThan(0)
})
