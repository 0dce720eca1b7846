import { beforeAll, expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import type { Unit } from '../../src/c/unit.ts'
import { fieldAt } from '../../src/c/values/field-at.ts'
import type { Value } from '../../src/c/values/value.ts'
import { type Origin, primarySpan } from '../../src/text/origin.ts'
import { textOf } from '../../src/text/source-file.ts'

beforeAll(loadGrammar)

const STRUCTS = `
struct region { unsigned long start, size; unsigned flags; } __attribute__((packed));
struct { unsigned char count; struct region regions[3]; char name[4]; } __attribute__((packed))
config = {
`
const read = (text: string): Unit =>
  readUnit({ uri: 'file:///a.c', text }, { includeDirs: [], defines: {}, forceIncludes: [] }, () => 'absent')

/** Integers of the first object by path, as far as they are written. */
function values(unit: Unit): Record<string, bigint> {
  const found: Record<string, bigint> = {}
  const visit = (path: string, value: Value): void => {
    if (value.kind === 'array') for (const [i, item] of value.items.entries()) visit(`${path}[${i}]`, item)
    if (value.kind === 'struct') for (const [name, field] of value.fields) visit(`${path}.${name}`, field.value)
    if (value.kind === 'int' && value.origin) found[path] = value.value
  }
  for (const object of unit.objects.slice(0, 1)) visit(object.name, object.value)
  return found
}

const written = (origin: Origin): string =>
  origin.expandedAt ? `${textOf(origin.spelled)} through ${textOf(primarySpan(origin))}` : textOf(origin.spelled)

function at(unit: Unit, path: string): Value {
  let value = unit.objects[0]!.value
  for (const [, name, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    if (value.kind === 'struct') value = value.fields.get(name!)!.value
    else if (value.kind === 'array') value = value.items[Number(index)]!
  }
  return value
}

function isWritten(text: string, path: string, as: string): void {
  expect.soft(written(at(read(text), path).origin!), path).toBe(as)
}

test('a value is written where its expression stands between its delimiters', () => {
  const text = `#define READ 1
#define WRITE 2
#define REGION(at, length) { .start = at, .size = (length) * 2, .flags = READ | WRITE }
#define SMALL(n) .size = n, .flags = READ
${STRUCTS} .count = READ + 1, .regions = { REGION(0x1000, 0x10), { .start = READ | WRITE, SMALL(7) }, {} }, .name = "ab" };`
  isWritten(text, '.count', 'READ + 1')
  isWritten(text, '.regions[0]', 'REGION(0x1000, 0x10)')
  isWritten(text, '.regions[0].start', '0x1000 through REGION(0x1000, 0x10)')
  isWritten(text, '.regions[0].size', '(length) * 2 through REGION(0x1000, 0x10)')
  isWritten(text, '.regions[0].flags', 'READ | WRITE through REGION(0x1000, 0x10)')
  isWritten(text, '.regions[1]', '{ .start = READ | WRITE, SMALL(7) }')
  isWritten(text, '.regions[1].start', 'READ | WRITE')
  isWritten(text, '.regions[1].size', '7 through SMALL(7)')
  isWritten(text, '.regions[1].flags', 'READ through SMALL(7)')
  isWritten(text, '.regions[2]', '{}')
  isWritten(text, '.name', '"ab"')
})

const BROKEN = `${STRUCTS}
  .count = 3,
  .regions = {
    {
      .start = 0x1000,
      .size = 0x10,
      .flags = 1,
    },
    {
      .start = 0x2000,
      .size = 0x20,
      .flags = 2,
    },
  },
};`

/** Takes one place of the text away and counts how many other values are lost; tells what the first problem says. */
function without(part: string, lost: number, message: string): void {
  const unit = read(BROKEN.replace(part, ''))
  const [before, after] = [values(read(BROKEN)), values(unit)]
  const kept = Object.keys(before).filter(path => after[path] === before[path]).length
  expect
    .soft({ lost: Object.keys(before).length - kept, message: unit.problems[0]?.message }, `without ${part}`)
    .toEqual({
      lost,
      message,
    })
}

test('what is missing spoils no neighbour', () => {
  without('', 0, undefined as never)
  without(',\n      .size = 0x10', 1, undefined as never)
  without('0x1000', 1, 'expected an expression after "="')
  without('= 0x2000', 1, 'unexpected "."')
})

test('a missing separator or bracket is told and put in', () => {
  const simulations: readonly (readonly [take: string, message: string])[] = [
    ['0x1000,', 'expected "," before "."'],
    ['},\n    {', 'expected "}"'],
    ['config = {', 'expected "{" before "."'],
    ['packed))\nconfig', 'expected ")"'],
  ]
  for (const [take, message] of simulations) {
    const last = take.at(-1) === ',' ? take.slice(0, -1) : take
    const text = BROKEN.replace(take, take === '0x1000,' ? last : take.replace(/[{}]|\)/, ''))
    const unit = read(text)
    expect.soft(unit.problems[0]?.message, take).toBe(message)
    expect.soft(values(unit), take).toEqual(values(read(BROKEN)))
  }
})

/** The first problem's kind, the text it stands at, and what it offers instead. */
function problem(text: string, kind: string, place: string, ...offers: readonly string[]): void {
  const [first] = read(text).problems
  const reported = first && [first.kind, textOf(first.span), ...(first.suggestions ?? []).map(each => each.text)]
  expect.soft(reported, text).toEqual([kind, place, ...offers])
}

test('problems are told as gcc tells them, with what was meant', () => {
  problem(`${STRUCTS} .cuont = 1 };`, 'unknown-field', 'cuont', 'count')
  problem(`enum { READ = 1 }; ${STRUCTS} .count = REED };`, 'undeclared', 'REED', 'READ')
  problem(`${STRUCTS} .count = 256 };`, 'value-truncated', '256')
  problem(`${STRUCTS} .count = 1, .count = 2 };`, 'duplicate-designator', '.count')
  problem(`${STRUCTS} .name = "abcde" };`, 'string-truncated', '"abcde"')
  problem(`${STRUCTS} .regions = { [3] = {} } };`, 'array-index', '[3]')
  problem(`${STRUCTS} .regions = { {}, {}, {}, {} } };`, 'excess-elements', '{}', '4')
  problem(`${STRUCTS} .count = 1 / 0 };`, 'division', '1 / 0')
  problem('struct a { int b; }; a c = { 1 };', 'unknown-type', 'a', 'struct a')
  problem('int f(void); int a = f();', 'undeclared', 'f()')
  problem('void *a = (_Bool)0;', 'not-constant', '(_Bool)0')
  problem('void *a = 0.0;', 'not-constant', '0.0')
  problem('float a = (void *)0;', 'not-constant', '(void *)0')
})

test('nothing overflows, however deep or long', () => {
  const deep = 100_000
  for (const text of ['('.repeat(deep), '{'.repeat(deep), '- '.repeat(deep), '(\n'.repeat(deep), '['.repeat(deep)])
    expect.soft(read(`int x = ${text}`).problems.length).toBeGreaterThan(0)
  expect(values(read(`int x = ${'1 + '.repeat(5000)}1;`))).toEqual({ x: 5001n })
  expect(read('struct { char a[1000000000000]; } x = { 1 };').objects).toHaveLength(1)
})

/** What each declaration says of the nesting of its types, where the types of a chain are one deeper each. */
function chain(first: string, next: (i: number) => string, length: number, last = ''): readonly string[] {
  const links = Array.from({ length }, (_, i) => next(i))
  const { problems } = read([first, ...links, last].join('\n'))
  return problems.map(({ span, message }) => `${textOf(span)}: ${message}`)
}

test('types are nested as deep as anybody needs, and no deeper', () => {
  const said = (place: string) => `${place}: types are nested more than 200 deep; int stands in`
  const struct = (i: number) => `struct s${i + 1} { struct s${i} m; };`
  expect(chain('struct s0 { int m; };', struct, 199, 'struct s199 x = { 0 };')).toEqual([])
  expect(chain('struct s0 { int m; };', struct, 199, 'struct s199 x[1];')).toEqual([said('x[1]')])
  const [first, ...others] = chain('struct s0 { int m; };', struct, 10_000, 'struct s10000 x = { 0 };')
  expect(first).toBe(said('m'))
  expect(others.length).toBeLessThan(50)
  expect(chain('typedef int t0;', i => `typedef t${i} t${i + 1}[1];`, 202, 't202 x = { 1 };')).toEqual([
    said('t201[1]'),
  ])
  expect(chain('typedef int t0;', i => `typedef t${i} *t${i + 1};`, 10_000)[0]).toBe(said('*t201'))
  expect(chain('int x0;', i => `__typeof__(&x${i}) x${i + 1};`, 202)).toEqual([said('x201')])
  const nameless = (i: number) => `typedef struct { t${i}; } t${i + 1};`
  expect(chain('typedef struct { int m; } t0;', nameless, 10_000, 't10000 x = { 1 };')[0]).toBe(said('t200'))
  expect(chain('struct s0 { int m; };', i => `struct s${i + 1} { struct s${i} *to; };`, 10_000)).toEqual([])
})

test('a byte is found in its member', () => {
  const { objects } = read(BROKEN)
  expect(fieldAt('config', objects[0]!.value, 0)).toBe('config.count')
  expect(fieldAt('config', objects[0]!.value, 1 + 20 + 16)).toBe('config.regions[1].flags')
})

test('equal letters of strings are one value, however many strings there are', () => {
  const { objects } = read(`struct { char name[8]; } names[] = { { "ab" }, { "cba" } };`)
  const letters = (i: number) => {
    const struct = at({ objects } as Unit, `[${i}].name`)
    return struct.kind === 'array' ? struct.items : []
  }
  expect(letters(0)[0]).toBe(letters(1)[2])
  expect(letters(0)[1]).toBe(letters(1)[1])
})
