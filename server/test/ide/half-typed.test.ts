import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cellOf } from '../../src/config/model.ts'
import { plainText } from '../../src/ide/blocks.ts'
import { hover } from '../../src/ide/hover/index.ts'
import { withGrammar } from '../project.ts'
import { fixtureNames, fixtures, offsetOf } from './fixture.ts'
import { askEverything, JUNK, type Mutation, mutated, survivors } from './mutations.ts'

withGrammar()

const LINUX = 'k3-dma/k3-demo-linux.c'

/** Analyses a fixture after a mutation and asks everything about the place. */
function suffer(path: string, mutation: Mutation) {
  const before = fixtures()
  const { text } = mutated(before.file(path), mutation)
  const { project, analyze } = fixtures({ [path]: () => text })
  const after = analyze(path)
  askEverything(after, Math.min(text.length, mutation.start + mutation.text.length), project)
  return survivors(fixtures().analyze(path), after, mutation)
}

/** A cut, a removal or an insertion anywhere in any fixture. */
const mutations = fc
  .record({
    path: fc.constantFrom(...fixtureNames),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.constant(0), fc.nat(40), fc.constant(Number.POSITIVE_INFINITY)),
    text: fc.oneof(fc.constantFrom('', ...JUNK), fc.string({ maxLength: 12 })),
  })
  .map(({ path, at, length, text }) => {
    const size = fixtures().file(path).text.length
    const start = Math.floor(at * size)
    return { path, mutation: { kind: 'junk' as const, start, end: Math.min(size, start + length), text } }
  })

test('whatever is typed, cut or pasted, everything can be asked and nothing throws', () => {
  fc.assert(
    fc.property(mutations, ({ path, mutation }) => {
      const { untouched, kept } = suffer(path, mutation)
      expect(kept).toBeLessThanOrEqual(untouched)
    }),
    { numRuns: 40, endOnFailure: true },
  )
})

describe('regions that are not touched keep their values and their hovers', () => {
  const all = (mutation: Mutation, path = LINUX) => {
    const { untouched, kept } = suffer(path, mutation)
    expect(untouched).toBeGreaterThan(5)
    expect(kept).toBe(untouched)
  }
  const around = (words: string, text = ''): Mutation => {
    const start = fixtures().file(LINUX).text.indexOf(words)
    return { kind: 'junk', start, end: start + words.length, text }
  }
  test.each([
    ['an include is gone', '#include <jailhouse/cell-config.h>\n'],
    ['both includes are gone', '#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n'],
    ['the count is gone', '.num_memory_regions = ARRAY_SIZE(config.mem_regions),\n'],
    ['the object has no name', 'config = {'],
    ['a field has no value', '= 0x89ff40000,'],
    ['a field has no comma', ','],
    ['a flag is missing between two bars', 'JAILHOUSE_MEM_EXECUTE'],
    ['the type of a neighbour is missing', 'struct jailhouse_pci_device'],
  ])('%s', (_, words) => {
    all(words === 'config = {' ? around(words, '= {') : around(words))
  })
  test('a file that ends in the middle', () => {
    const { text } = fixtures().file(LINUX)
    all({ kind: 'truncate', start: text.indexOf('/* communication region'), end: text.length, text: '' })
  })
})

test('without its include a configuration is read, and the lack of it still told', () => {
  const files = fixtures({ [LINUX]: text => text.replace('#include <jailhouse/cell-config.h>', '') })
  const { config, unit } = files.analyze(LINUX)
  expect(config && cellOf(config).mem_regions).toHaveLength(11)
  expect(unit.problems.some(({ severity }) => severity === 'error')).toBe(true)
})

test('a region that nothing counts says so', () => {
  const files = fixtures({ [LINUX]: text => text.replace(/\.num_memory_regions.*\n/, '') })
  const offset = offsetOf(files.file(LINUX).text, '/* RAM */ {|')
  const note = hover(files.analyze(LINUX), offset)
  expect(note && plainText(note.blocks)).toMatch(
    /^⚠ not counted: the hypervisor does not read it\n\nregion 9: 0x8a0000000 1.5 GiB READ/,
  )
})
