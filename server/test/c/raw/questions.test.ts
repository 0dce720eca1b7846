import { beforeAll, describe, expect, test } from 'vitest'
import { loadGrammar } from '../../../src/c/parse/grammar.ts'
import { callsAround } from '../../../src/c/raw/calls.ts'
import { commentBefore, commentsIn, commentWords } from '../../../src/c/raw/comments.ts'
import { conditionalsIn } from '../../../src/c/raw/conditionals.ts'
import { bracketsIn, commentBlocksIn } from '../../../src/c/raw/folds.ts'
import { declaratorAround, listAt } from '../../../src/c/raw/lists.ts'
import { definitionInForce, definitionsIn, usesOf } from '../../../src/c/raw/macros.ts'
import { orListIn } from '../../../src/c/raw/operands.ts'
import { selectionsAt } from '../../../src/c/raw/selections.ts'
import { wordAt } from '../../../src/c/raw/tokens.ts'
import { readUnit } from '../../../src/c/read-unit.ts'
import { type SourceFile, type Span, textOf } from '../../../src/text/source-file.ts'

beforeAll(loadGrammar)

let documents = 0
const file = (text: string): SourceFile => ({ uri: `file:///questions-${documents++}.c`, text })
const unit = (text: string) => readUnit(file(text), { includeDirs: [], defines: {}, forceIncludes: [] }, () => 'absent')
const texts = (spans: readonly Span[]) => spans.map(textOf)

describe('comments', () => {
  test('are none in strings and directives hide none', () => {
    const found = commentsIn(file('char s[] = "/* no */"; /* yes */\n#define A 1 /* also */\n// line\nint x;'))
    expect(texts(found)).toEqual(['/* yes */', '/* also */', '// line'])
  })
  test.each([
    ['/* RAM */ {', 'RAM'],
    ['/*\n * RAM of\n *  the cell\n */\n\t{', 'RAM of the cell'],
    ['\n// RAM\n{', 'RAM'],
    ['// of the list\n{', undefined],
    ['{ 1 }, // not mine\n{', undefined],
    ['{ 1 }, /* not mine */\n{', undefined],
    ['{ 1 }, /* mine */ {', 'mine'],
    ['/* far */ 1, {', undefined],
    ['/***/ {', undefined],
  ])('%j names %j', (words, name) => {
    const text = `int x[] = { ${words} 2 } };`
    expect(commentBefore(file(text), text.lastIndexOf('{'))).toBe(name)
  })
  test('that nothing closes has words up to its end', () => {
    const text = '/* RAM'
    expect(commentWords({ file: file(text), start: 0, end: text.length })).toBe('RAM')
  })
  test('on lines that follow each other are one block', () => {
    expect(commentBlocksIn(file('// a\n// b\n\n// c\nint x;')).length).toBe(2)
  })
})

describe('conditionals', () => {
  const text = 'int a;\n#if X\nint b;\n# ifdef Y\nint c;\n# endif\n#elif Z\nint d;\n#else\n#endif\nint e;'
  test('have all their branches, whichever is in force', () => {
    const [outer, inner] = conditionalsIn(file(text))
    expect(texts(outer!.branches.map(({ directive }) => directive))).toEqual(['#if X', '#elif Z', '#else'])
    expect(texts(outer!.branches.map(({ body }) => body))).toEqual([
      'int b;\n# ifdef Y\nint c;\n# endif\n',
      'int d;\n',
      '',
    ])
    expect(texts([inner!])).toEqual(['# ifdef Y\nint c;\n# endif'])
  })
  test('without an end are none', () => {
    expect(conditionalsIn(file('#if X\n#else\n'))).toEqual([])
    expect(conditionalsIn(file('#endif\n#else\n'))).toEqual([])
  })
})

describe('macros', () => {
  const text = `// #define SIZE 0
/* #define SIZE 1 */
#if 0
#define SIZE 2
#else
#define SIZE 3
#endif
#define TWICE (SIZE * 2)
int a[] = { SIZE, TWICE, sizeof("SIZE") };
#ifdef SIZE
#undef SIZE
#endif
#define SIZE \\
  4
int b = SIZE;
`
  test('have every definition, in force or not', () => {
    expect(definitionsIn(file(text)).map(({ name, body }) => [name, body && textOf(body)])).toEqual([
      ['SIZE', '2'],
      ['SIZE', '3'],
      ['TWICE', '(SIZE * 2)'],
      ['SIZE', '4'],
    ])
  })
  test.each([
    ['TWICE, ', '3'],
    ['int b', '4'],
    ['#ifdef', '3'],
    ['// ', undefined],
  ])('at %j the one in force is %j', (place, body) => {
    const found = definitionInForce(unit(text), 'SIZE', text.indexOf(place))
    expect(found?.body && textOf(found.body)).toBe(body)
  })
  test('are used where that has effect', () => {
    const read = unit(text)
    const first = definitionInForce(read, 'SIZE', text.indexOf('int a'))!
    const lines = usesOf(read, first).map(({ start }) => text.slice(text.lastIndexOf('\n', start) + 1).split('\n')[0])
    expect(lines).toEqual(['#define TWICE (SIZE * 2)', 'int a[] = { SIZE, TWICE, sizeof("SIZE") };', '#ifdef SIZE'])
    const last = definitionInForce(read, 'SIZE', text.length)!
    expect(usesOf(read, last)).toHaveLength(2)
  })
  test('with parameters have what stands behind those as their body', () => {
    expect(
      definitionsIn(file('#define F(a, b) a + (b)\n#define G()\n#define H (1)\n')).map(
        ({ body }) => body && textOf(body),
      ),
    ).toEqual(['a + (b)', undefined, '(1)'])
  })
})

describe('lists of flags', () => {
  const operands = (text: string) => {
    const of = file(text)
    return orListIn({ file: of, start: 0, end: text.length })
  }
  test.each([
    ['A', ['A']],
    ['A | B', ['A', 'B']],
    ['(A | B) | C', ['A', 'B', 'C']],
    ['((A) | (B | C))', ['(A)', 'B', 'C']],
    ['A | /* why */ B | // no\n C', ['A', 'B', 'C']],
    ['A \\\n | B', ['A', 'B']],
    ['A | 1 << 4 | M(B | C)', ['A', '1 << 4', 'M(B | C)']],
    ['A | (B & C)', ['A', '(B & C)']],
    ['A |B|C', ['A', 'B', 'C']],
  ])('%j has the operands %j', (text, names) => {
    expect(texts(operands(text)!.operands)).toEqual(names)
  })
  test('know the operators around each operand', () => {
    const list = operands('(A | B) | C')!
    expect(list.operands.map(({ before, after }) => [before?.start, after?.start])).toEqual([
      [undefined, 3],
      [3, undefined],
      [8, undefined],
    ])
  })
  test.each(['A ? B : C', 'A || B', 'A && B'])('%j cannot go on with |', text => {
    expect(operands(text)!.isPlain).toBe(false)
  })
  test.each(['A |', '', '| A', 'A B', '{', 'A, B', 'A; int b'])('%j is none', text => {
    expect(operands(text)).toBeUndefined()
  })
})

describe('initializer lists', () => {
  const listIn = (text: string) => listAt(file(text), text.indexOf('{'))
  test('give each item its comma and its comments', () => {
    const text = `int x[] = {
  /* one */ { 1 }, // first
  /* two */
  // still two
  M(2), 3, /* three */
  /* nobody's */
};`
    const list = listIn(text)!
    expect(list.isPlain).toBe(true)
    expect(texts(list.items.map(({ span }) => span))).toEqual(['{ 1 }', 'M(2)', '3'])
    expect(texts(list.items.map(({ whole }) => whole))).toEqual([
      '/* one */ { 1 }, // first',
      '/* two */\n  // still two\n  M(2),',
      '3, /* three */',
    ])
    expect(texts(list.rest)).toEqual(["/* nobody's */"])
  })
  test.each(['{ 1,\n#if A\n2,\n#endif\n}', '{ 1, , 2 }', '{ 1'])('%j is not plain', text => {
    expect(listIn(`int x[] = ${text};`)?.isPlain ?? false).toBe(false)
  })
  test('know what they initialise', () => {
    const text = 'struct { int a[2]; } __attribute__((packed)) config = { .a = { 1 } };'
    expect(textOf(declaratorAround(file(text), text.lastIndexOf('{'))!)).toBe('config')
  })
})

describe('selections', () => {
  test('grow from word to expression, member, list and element', () => {
    const text = 'int x = { .a = { .f = A | B, .g = 1 }, };'
    expect(texts(selectionsAt(file(text), text.indexOf('A |')))).toEqual([
      'A',
      'A | B',
      '.f = A | B',
      '.f = A | B,',
      ' .f = A | B, .g = 1 ',
      '{ .f = A | B, .g = 1 }',
      '.a = { .f = A | B, .g = 1 }',
      '.a = { .f = A | B, .g = 1 },',
      ' .a = { .f = A | B, .g = 1 }, ',
      '{ .a = { .f = A | B, .g = 1 }, }',
      'x = { .a = { .f = A | B, .g = 1 }, }',
      text,
    ])
  })
})

describe('calls', () => {
  test.each([
    ['int x = M(1, N(2, ^', ['N', 1], ['M', 1]],
    ['int x = M((1, 2), ^)', ['M', 1]],
    ['int x = { M(1), ^', undefined],
    ['int x = M(1, /* ^ */ 2)', undefined],
    ['int x = M("^")', undefined],
  ])('around the mark in %j', (marked, ...expected) => {
    const calls = callsAround(file(marked.replace('^', '')), marked.indexOf('^'))
    expect(calls.map(({ name, argument }) => [name, argument])).toEqual(expected.filter(call => call !== undefined))
  })
})

test('brackets match as far as they do', () => {
  expect(texts(bracketsIn(file('int x = { (1), [2 }; char s[] = "}";')))).toEqual(['(1)', '{ (1), [2 }', '[]'])
})

test('a word is found by its edges', () => {
  const words = file('a  12 "b"')
  expect([0, 1, 2, 3, 5, 7].map(offset => wordAt(words, offset)?.text)).toEqual([
    'a',
    'a',
    undefined,
    '12',
    '12',
    undefined,
  ])
})
