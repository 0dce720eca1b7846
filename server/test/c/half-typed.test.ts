import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import type { Unit } from '../../src/c/unit.ts'
import type { Value } from '../../src/c/values/value.ts'
import { textOf } from '../../src/text/source-file.ts'

beforeAll(loadGrammar)

const STRUCTS = `struct head { char name[8]; unsigned count; };
struct region { unsigned long start, size; unsigned flags; };
`
const MAIN = `struct {
  struct head head;
  unsigned long cpus[1];
  struct region regions[3];
} config = {
  .head = {
    .name = "demo",
    .count = sizeof(config.regions) / sizeof(config.regions[0]),
  },

  .cpus = {
    0x2,
  },

  .regions = {
    /* first */ {
      .start = 0x1000,
      .size = 0x10,
      .flags = 1 |
        2,
    },
    /* second */ {
      .start = 0x2000,
      .size = 0x20,
      .flags = 2,
    },
    {
      .start = 0x3000,
      .size = 0x30,
    },
  },
};
`

const read = (text: string): Unit =>
  readUnit(
    { uri: 'file:///a.c', text: STRUCTS + text },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    () => 'absent',
  )

/** Start and size of all regions with both, wherever they are found. */
function regions({ objects }: Unit): readonly string[] {
  const found: string[] = []
  const visit = (value: Value): void => {
    if (value.kind === 'array') for (const item of value.items) visit(item)
    if (value.kind !== 'struct') return
    const [start, size] = ['start', 'size'].map(name => value.fields.get(name)?.value)
    if (value.type.tag !== 'region') for (const { value: inner } of value.fields.values()) visit(inner)
    else if (start?.kind === 'int' && size?.kind === 'int') found.push(`${start.value}+${size.value}`)
  }
  for (const { value } of objects) visit(value)
  return found
}

const ALL = ['4096+16', '8192+32', '12288+48']

/** Puts `junk` in front of `place`; all but the regions `lost` are still there, and the first problem is `problem`. */
function pasted(junk: string, place: string, problem: string, lost: readonly number[] = []): void {
  const unit = read(MAIN.replace(place, junk + place))
  const kept = ALL.filter((_, i) => !lost.includes(i))
  expect
    .soft(
      regions(unit).filter(each => kept.includes(each)),
      junk + place,
    )
    .toEqual(kept)
  expect
    .soft(
      unit.problems.map(({ span: at }) => textOf(at)),
      junk + place,
    )
    .toContain(problem)
}

test('braces that are pasted close nothing and open nothing', () => {
  pasted('} } }', '0x2000', '}', [1])
  pasted('} } }', '/* second */', '}')
  pasted('\n\n}\n', '.size = 0x20', '}', [1])
  pasted('\n\n}\n', '.cpus', '}')
  pasted('{ { {', '0x2000', '{', [1])
  pasted('(', 'regions[3]', ']')
  pasted(']', '/* second */', ']')
})

const LISTS = `#define RANGE(from) { .start = from, .size = 0x10 }
struct {
  struct head head;
  unsigned long cpus[1];
  struct region regions[2], macros[2];
  union { unsigned id; unsigned bits; } streams[3];
} config = {
  .head = {
    .name = "demo",
  },
  .cpus = {
    0x2,
  },
  .regions = {
    /* first */ {
      .start = 0x1000,
      .flags = 1 |
        2,
    },
    {
      .start = 0x2000,
    },
  },
  .macros = {
    RANGE(0x3000),
    RANGE(0x4000),
  },
  .streams = {
    {1}, {2},
    {3},
  },
};
`

test('one brace that is missing is one problem', () => {
  const [from, inline] = [LISTS.indexOf('= {'), LISTS.indexOf('}, {2}')]
  for (let i = from; i < LISTS.length; i++) {
    if (!/[{}]/.test(LISTS[i]!) || i === inline) continue
    const line = { start: LISTS.lastIndexOf('\n', i) + 1, end: LISTS.indexOf('\n', i) + 1 }
    const texts = [LISTS.slice(0, i) + LISTS.slice(i + 1)]
    if (/^ *[{}][,;]?$/.test(LISTS.slice(line.start, line.end - 1)))
      texts.push(LISTS.slice(0, line.start) + LISTS.slice(line.end))
    for (const text of texts) expect.soft(messages(text), LISTS.slice(line.start, i + 1)).toHaveLength(1)
  }
})

const messages = (text: string): readonly string[] => read(text).problems.map(({ message }) => message)

test('the separator behind a brace goes with it, and its fix puts in both', () => {
  const { problems } = read(LISTS.replace('    },\n    {\n', '    {\n'))
  expect(problems.map(({ message, suggestions }) => [message, suggestions?.[0]?.text])).toEqual([
    ['expected "},"', '},'],
  ])
  expect(messages(LISTS.replace('\n};', ''))).toEqual(['expected "};"'])
})

test('two faults are two problems', () => {
  expect(messages(LISTS.replace('  .cpus = {', '  .cpus =').replace('.name', '.nam'))).toEqual([
    'expected "{" before "0x2"',
    'struct head has no member "nam"',
  ])
  expect(messages(LISTS.replace('    0x2,\n  },', '    0x2,').replace('0x2000,\n    },', '0x2000,'))).toHaveLength(2)
})

test('a comment that is not closed ends where its text does', () => {
  pasted('/*', '.size = 0x20', '/*.size = 0x20,', [1])
  pasted('/*', '.count', '/*.count = sizeof(config.regions) / sizeof(config.regions[0]),')
  pasted('/* the third\n * of them\n', '    {\n      .start = 0x3000', '/* the third\n * of them')
})

test('a comment that holds another stays one in a sound file', () => {
  const unit = read(MAIN.replace('/* first */', '/*\n .start = 1,\n /* first */'))
  expect(unit.problems).toEqual([])
  expect(regions(unit)).toEqual(ALL)
})

test('a member that is not declared is known by what is written to it', () => {
  const unit = read(MAIN.replace('  struct region regions[3];\n', ''))
  expect(regions(unit)).toEqual(ALL)
  expect(unit.problems.map(({ message }) => message)).toEqual(['struct {…} has no member "regions"'])
  expect(unit.problems[0]?.suggestions?.[0]?.text).toBe('\n  struct region regions[3];')
})

test.each([
  'struct {\n',
  '} config = {\n',
  '  .regions = {\n',
  '  struct head head;\n',
  'config = {',
  'struct head',
  '[3]',
])('without %j all regions are kept', part => {
  expect(regions(read(MAIN.replace(part, '')))).toEqual(ALL)
})

const junk = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '} } }',
    '{ { {',
    '\n\n}\n',
    '/*',
    '"',
    '#if',
    '#ifdef X\n',
    ';',
    '=',
    '.a',
  ),
  fc.string({ maxLength: 8 }),
)

test('whatever is cut and pasted, places lie in the file and problems stay few', () => {
  fc.assert(
    fc.property(fc.nat(MAIN.length), fc.nat(30), junk, (at, length, text) => {
      const { problems, objects } = read(MAIN.slice(0, at) + text + MAIN.slice(at + length))
      expect(
        problems.every(({ span: { file, start, end } }) => 0 <= start && start <= end && end <= file.text.length),
      ).toBe(true)
      expect(problems.length).toBeLessThan(30)
      expect(objects.length).toBeLessThan(10)
    }),
    { numRuns: 150, endOnFailure: true },
  )
})

test('what nobody wrote is left out and said', () => {
  for (const unit of ['(', '[', '{', 'F(', 'a * ', '1 + ', 'x ? '])
    expect(read(`int x[] = { ${unit.repeat(50_000)} };`).problems.length, unit).toBeGreaterThan(0)
})
