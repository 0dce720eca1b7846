import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadGrammar } from '../../../src/c/parse/grammar.ts'
import { callsAround } from '../../../src/c/raw/calls.ts'
import { bracketsIn, branchFoldsIn, commentBlocksIn } from '../../../src/c/raw/folds.ts'
import { childNodes, nodesAt, type RawNode, rootNode } from '../../../src/c/raw/node.ts'
import { openListsAt } from '../../../src/c/raw/open-lists.ts'
import { orListIn } from '../../../src/c/raw/operands.ts'
import { selectionsAt } from '../../../src/c/raw/selections.ts'
import { keptTrees, rawTree, type Subtree } from '../../../src/c/raw/tree.ts'

beforeAll(loadGrammar)

const home = join(import.meta.dirname, '../../../../test-fixtures')
const fixtures = readdirSync(home, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.c'))
  .map(name => readFileSync(join(home, name), 'utf8'))

interface Shape {
  readonly type: string
  readonly length: number
  readonly field?: string | undefined
  readonly offset?: number
  readonly children: readonly Shape[]
}

/** A tree without what only says where the parser keeps it. */
const shape = ({ type, length, children }: Subtree): Shape => ({
  type,
  length,
  children: children.map(({ offset, field, node }) => ({ ...shape(node), offset, field })),
})

let documents = 0
const cold = (text: string): Subtree => rawTree({ uri: `file:///cold-${documents++}.c`, text })

const fragments = fc.constantFrom(
  ...[
    '{',
    '}',
    '(',
    ')',
    ',',
    ';',
    '|',
    '=',
    '.flags',
    '.size = 0x1000,',
    '"',
    "'",
    '/*',
    '*/',
    '// x',
    '\n',
    '\r\n',
    '\t',
  ],
  ...[
    '#if A\n',
    '#else\n',
    '#endif\n',
    '#define A (1 | 2)\n',
    '\\\n',
    'MACRO(1, 2)',
    '\u0000',
    '\ufeff',
    'é',
    '😀',
    ' ',
  ],
)
const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(40), insert: fragments })

const applied = (text: string, { at, cut, insert }: { at: number; cut: number; insert: string }): string => {
  const start = Math.floor(at * text.length)
  return text.slice(0, start) + insert + text.slice(start + cut)
}

describe('the tree of a text as typed', () => {
  test('after any edits is the tree that reading the text anew gives', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), fc.array(edit, { minLength: 1, maxLength: 8 }), (start, edits) => {
        const uri = `file:///edited-${documents++}.c`
        let text = start
        rawTree({ uri, text })
        for (const each of edits) {
          text = applied(text, each)
          expect(shape(rawTree({ uri, text }))).toEqual(shape(cold(text)))
        }
      }),
      { numRuns: 30 },
    )
  })

  test('shares what an edit leaves alone', () => {
    const [text = ''] = fixtures
    const uri = 'file:///shared.c'
    const before = rawTree({ uri, text })
    const after = rawTree({ uri, text: text.replace('0x', '0x1') })
    const lists = (root: Subtree): readonly (readonly unknown[])[] =>
      root.children.length ? [root.children, ...root.children.flatMap(({ node }) => lists(node))] : []
    const known = new Set(lists(before))
    const shared = lists(after).filter(list => known.has(list))
    expect(shared.length).toBeGreaterThan(0.8 * known.size)
    expect(shared.length).toBeLessThan(known.size)
  })

  test('of 10,000 versions leaves one in the parser', () => {
    const text = 'struct s x = { .a = 1, { .b = 2 } };\n'
    const before = keptTrees()
    for (let i = 0; i < 10_000; i++) rawTree({ uri: 'file:///typed.c', text: text + ' '.repeat(i % 7) })
    expect(keptTrees() - before).toBeLessThanOrEqual(1)
    for (let i = 0; i < 200; i++) rawTree({ uri: `file:///many-${i}.c`, text })
    expect(keptTrees()).toBeLessThanOrEqual(32)
  })

  test('holds only ranges of the text, children within their parents, in order', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fragments).map(parts => parts.join('')),
        ),
        text => {
          const check = (node: RawNode): void => {
            let end = node.start
            for (const child of childNodes(node)) {
              expect(child.start).toBeGreaterThanOrEqual(end)
              expect(child.end).toBeLessThanOrEqual(node.end)
              end = child.end
              check(child)
            }
          }
          const file = { uri: `file:///any-${documents++}.c`, text }
          const root = rootNode(file)
          expect([root.start, root.end]).toEqual([0, text.length])
          check(root)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('texts that nobody types', () => {
  test.each([
    ['elements', `int x[] = {${'1,'.repeat(100_000)}};`],
    ['parentheses', `int x = ${'('.repeat(50_000)}1`],
    ['braces', `int x = ${'{'.repeat(50_000)}`],
    ['operands', `int x = A${' | A'.repeat(20_000)};`],
    ['comments', '/* a */'.repeat(30_000)],
    ['conditionals', '#if 1\n'.repeat(10_000) + '#endif\n'.repeat(10_000)],
    ['more than any file', 'int x;\n'.repeat(50_000)],
  ])('%s: every question has an answer', (_, text) => {
    const file = { uri: `file:///huge-${documents++}.c`, text }
    expect(rootNode(file).end).toBe(text.length)
    for (const spans of [bracketsIn(file), commentBlocksIn(file), branchFoldsIn(file), selectionsAt(file, 100)])
      expect(spans.every(({ start, end }) => 0 <= start && start <= end && end <= text.length)).toBe(true)
    expect(() => [
      openListsAt(file, text.length),
      callsAround(file, text.length),
      orListIn({ file, start: 8, end: text.length - 1 }),
    ]).not.toThrow()
  })
})

describe('questions about any text, at any offset', () => {
  test('answer ranges of the text and never fail', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', ...fixtures),
        fc.array(edit, { maxLength: 6 }),
        fc.nat(),
        (start, edits, place) => {
          const text = edits.reduce(applied, start)
          const file = { uri: `file:///asked-${documents++}.c`, text }
          const offset = place % (text.length + 1)
          expect(nodesAt(file, offset).length).toBeGreaterThan(0)
          const spans = [...selectionsAt(file, offset), ...commentBlocksIn(file)]
          const lists = openListsAt(file, offset)
          for (const { start, end } of lists ? [...spans, lists.word] : spans) {
            expect(start).toBeGreaterThanOrEqual(0)
            expect(end).toBeLessThanOrEqual(text.length)
            expect(start).toBeLessThanOrEqual(end)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
