import { describe, expect, test } from 'vitest'
import { definitions } from '../../src/ide/navigation/definitions.ts'
import { folds, selections } from '../../src/ide/navigation/folding.ts'
import { references as allReferences } from '../../src/ide/navigation/references.ts'
import { rename } from '../../src/ide/navigation/rename.ts'
import { flattened, symbols } from '../../src/ide/navigation/symbols.ts'
import { semanticTokens } from '../../src/ide/semantic-tokens.ts'
import { applyEdits, type SourceFile, type Span, textOf } from '../../src/text/source-file.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'
import { fixtures, offsetOf } from './fixture.ts'

withGrammar()

const ROOT = 'k3-dma/k3-demo.c'
const LINUX = 'k3-dma/k3-demo-linux.c'

describe('the outline', () => {
  const outline = (path: string) => [...flattened(symbols(fixtures().analyze(path)))]
  test('begins with the cell and goes down to its elements', () => {
    const names = outline(ROOT).map(({ name }) => name)
    expect(names).toContain('k3-demo')
    expect(names).toContain('mem_regions')
    expect(outline(ROOT).filter(({ container }) => container === 'mem_regions')).toHaveLength(18)
  })
  test('finds a region by its address', () => {
    const found = outline(LINUX).find(({ name, detail }) => `${name} ${detail}`.includes('0x8a0000000 1.5 GiB'))
    expect(textOf(found!.range)).toContain('.phys_start = 0x8a0000000')
  })
})

/** Without the declaration. */
const references = (...[analysis, offset]: Parameters<typeof allReferences>): readonly Span[] =>
  allReferences(analysis, offset).flatMap(({ span, kind }) => (kind === 'declaration' ? [] : [span]))

test('no symbol is without a name or outside of its range, whatever is half-typed', () => {
  for (const words of [
    'struct { int a[2]; } = { .a = { 1 } };',
    'int [2] = { 1, 2 };',
    '#define O x\nint O[1] = { 1 };',
  ]) {
    const found = [...flattened(symbols(desk({ 'a.c': `${words}\n${inmate('')}` }).analyze('a.c')))]
    expect(found.length).toBeGreaterThan(0)
    for (const { name, range, selection } of found) {
      expect(name).not.toBe('')
      expect(range.start <= selection.start && selection.end <= range.end).toBe(true)
    }
  }
})

describe('navigation', () => {
  const at = (path: string, words: string, files = fixtures()) => {
    const analysis = files.analyze(path)
    return { analysis, offset: offsetOf(files.file(path).text, words) }
  }
  const shown = (spans: readonly Span[]) => spans.map(span => `${span.file.uri.split('/').at(-1)}: ${textOf(span)}`)
  test('from a field to its declaration in the header', () => {
    const { analysis, offset } = at(ROOT, '.vpci_irq|_base')
    expect(shown(definitions(analysis, offset))).toEqual([expect.stringContaining('vpci_irq_base')])
  })
  test('from a constant to its definition', () => {
    const { analysis, offset } = at(ROOT, 'JAILHOUSE_MEM_D|MA')
    expect(shown(definitions(analysis, offset))).toEqual([expect.stringContaining('JAILHOUSE_MEM_DMA')])
  })
  test('from the memory of the inmate to the region of the root it is taken from', () => {
    const { analysis, offset } = at(LINUX, '.phys_start = 0x8|a0000000')
    expect(shown(definitions(analysis, offset))).toEqual([
      expect.stringMatching(/^k3-demo\.c: \{\s+\.phys_start = 0x8a0/),
    ])
  })
  test('references of a field are its designators', () => {
    const { analysis, offset } = at(ROOT, '.phys_st|art = 0x8a0000000')
    const found = references(analysis, offset)
    expect(found.length).toBeGreaterThan(5)
    expect(new Set(found.map(textOf))).toEqual(new Set(['.phys_start']))
  })
  test('a local macro is renamed everywhere, comments and strings untouched', () => {
    const text = `#define BASE 0x88000000 // BASE\n#ifdef BASE\n#endif\n${inmate('BASE').replaceAll('0x88000000', 'BASE')}`
    const files = desk({ 'a.c': text })
    const { edits } = rename(files.analyze('a.c'), text.indexOf('BASE'), 'RAM')
    const renamed = applyEdits(files.file('a.c') as SourceFile, edits)
    expect(renamed).toBe(
      `#define RAM 0x88000000 // BASE\n#ifdef RAM\n#endif\n${inmate('BASE').replaceAll('0x88000000', 'RAM')}`,
    )
  })
  test('constants of the header are not renamed', () => {
    const { analysis, offset } = at(ROOT, 'JAILHOUSE_MEM_D|MA')
    expect(rename(analysis, offset, 'X').edits).toEqual([])
  })
  test.each(['config', 'size', 'JAILHOUSE_MEM_DMA', 'phys_start', 'while', '1x', 'u8 x', 'OTHER'])(
    'a macro cannot be called %s',
    name => {
      const text = `#define OTHER 1\n#define BASE 0x88000000\n${inmate('a').replaceAll('0x88000000', 'BASE')}`
      const { edits, reason } = rename(desk({ 'a.c': text }).analyze('a.c'), text.indexOf('BASE'), name)
      expect(edits).toEqual([])
      expect(reason).toContain(`"${name}"`)
    },
  )
  test('from an array in an expression to its declaration', () => {
    const { analysis, offset } = at(ROOT, 'ARRAY_SIZE(config.mem_|regions)')
    const [declaration] = definitions(analysis, offset)
    expect(textOf({ ...declaration!, end: declaration!.end + 4 })).toBe('mem_regions[18]')
  })
  test('from a macro that makes regions to its definition', () => {
    const { analysis, offset } = at(LINUX, 'JAILHOUSE_SHMEM_NET_|REGIONS(')
    expect(shown(definitions(analysis, offset))).toEqual([expect.stringContaining('JAILHOUSE_SHMEM_NET_REGIONS')])
  })
  test('from a capability to the devices that have it', () => {
    const { analysis, offset } = at('x86/pc.c', '.id = PCI_CAP_ID_SATA,\n\t\t\t.start = 0x|a8')
    expect(references(analysis, offset).map(textOf)).toEqual([expect.stringContaining('.caps_start = 0')])
  })
  test('from a shared-memory device to its peer in the other file', () => {
    const { analysis, offset } = at(LINUX, '.shmem_dev_id = |1')
    expect(shown(definitions(analysis, offset))).toEqual([expect.stringMatching(/^k3-demo\.c: \{\s+\.type = JAIL/)])
  })
  test('from a device to its regions, and from a region to its device and to the other side', () => {
    const out = at(LINUX, '.shmem_regions_start = |0')
    expect(shown(definitions(out.analysis, out.offset))).toEqual([
      'k3-demo-linux.c: JAILHOUSE_SHMEM_NET_REGIONS(0x70000000, 1)',
    ])
    const text = (words: string) =>
      words.replace(
        'JAILHOUSE_SHMEM_NET_REGIONS(0x70000000, 1)',
        '{ .phys_start = 0x70000000, .virt_start = 0x70000000, .size = 0x1000, .flags = 0x81 }',
      )
    const region = at(LINUX, '.phys_start = 0x7|0000000', fixtures({ [LINUX]: text }))
    expect(shown(references(region.analysis, region.offset))).toEqual([
      expect.stringMatching(/^k3-demo-linux\.c: \{\s+\.type = JAILHOUSE_PCI_TYPE_IVSHMEM/),
      'k3-demo.c: JAILHOUSE_SHMEM_NET_REGIONS(0x70000000, 0)',
    ])
  })
})

test('braces, comments and conditionals fold', () => {
  const text = `/* a\n b */\n#ifdef X\nint a;\n#else\nint b;\n#endif\n${root()}`
  const found = folds(desk({ 'a.c': text }).analyze('a.c'))
  const lines = (kind: string) =>
    found.filter(fold => fold.kind === kind).map(fold => textOf(fold.at).split('\n').length)
  expect(lines('comment')).toContain(2)
  expect(lines('conditional')).toEqual([2, 2])
  expect(lines('braces').some(count => 10 < count)).toBe(true)
})

test('a selection grows from the word to the file', () => {
  const text = root()
  const grown = selections(desk({ 'a.c': text }).analyze('a.c'), text.indexOf('0x10000000') + 3).map(textOf)
  expect(grown[0]).toBe('0x10000000')
  expect(grown.at(-1)).toBe(text)
  for (const [i, span] of grown.slice(1).entries()) expect(span).toContain(grown[i])
})

test('fields, constants and what conditionals leave out have colours of their own', () => {
  const text = `#ifdef NOWHERE\nint off;\n#endif\n${root()}`
  const tokens = semanticTokens(desk({ 'a.c': text }).analyze('a.c'))
  const typeOf = (words: string) => tokens.find(({ at }) => textOf(at) === words)?.type
  expect(typeOf('off')).toBe('comment')
  expect(typeOf('phys_start')).toBe('property')
  expect(typeOf('JAILHOUSE_MEM_DMA')).toBe('enumMember')
  expect(typeOf('jailhouse_memory')).toBe('type')
  const modifierOf = (words: string) => tokens.find(({ at }) => textOf(at) === words)?.modifier
  expect(modifierOf('JAILHOUSE_MEM_DMA')).toBe('dma')
  expect(modifierOf('JAILHOUSE_MEM_WRITE')).toBe('access')
  expect(modifierOf('JAILHOUSE_ARM64')).toBeUndefined()
})
