import { describe, expect, test } from 'vitest'
import { completions } from '../../src/ide/completion/index.ts'
import { applyEdits } from '../../src/text/source-file.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'
import { fixtures } from './fixture.ts'

withGrammar()

/** Proposals at the `^` of a text. */
function proposed(marked: string, others: Record<string, string> = {}) {
  const offset = marked.indexOf('^')
  const files = desk({ 'w/board-a.c': marked.replace('^', ''), ...others })
  return completions(files.analyze('w/board-a.c'), offset)
}
const labels = (marked: string, others: Record<string, string> = {}) => proposed(marked, others).map(item => item.label)

/** An inmate with a second, half-typed element. */
const typing = (words: string) =>
  inmate('a')
    .replace('mem_regions[1]', 'mem_regions[2]')
    .replace('.mem_regions = {', `.mem_regions = {\n    ${words}\n`)

describe('members', () => {
  test('of an element, in the order of the struct', () => {
    expect(labels(typing('{ .^ },'))).toEqual(['phys_start', 'virt_start', 'size', 'flags'])
  })
  test('unset ones first', () => {
    const items = proposed(typing('{ .phys_start = 1, .size = 2, .^ },'))
    const inOrder = items.toSorted((a, b) => a.order - b.order).map(item => item.label)
    expect(inOrder).toEqual(['virt_start', 'flags', 'phys_start', 'size'])
  })
  test('while the rest of the file is missing', () => {
    const text = inmate('a')
    const cut = `${text.slice(0, text.indexOf('.phys_start'))}.^`
    expect(labels(cut)).toContain('virt_start')
  })
  test('of structs in structs, by braces and by dots', () => {
    const within = (words: string) => labels(root(words).replace('.root_cell = {', '.^'))
    expect(within('')).toContain('platform_info')
    const platform = root().replace('.root_cell = {', '.platform_info = { .arm = { .^ } },\n.root_cell = {')
    expect(labels(platform)).toEqual([
      'maintenance_irq',
      'gic_version',
      'padding',
      'gicd_base',
      'gicc_base',
      'gich_base',
      'gicv_base',
      'gicr_base',
    ])
    const dotted = root().replace('.root_cell = {', '.platform_info.arm.^\n.root_cell = {')
    expect(labels(dotted)).toContain('gicd_base')
  })
  test('without a dot they bring their own', () => {
    expect(labels(typing('{ ^ },'))).toContain('.phys_start')
  })
  test('in front of a value only the name is written', () => {
    const [item] = proposed(typing('{ .ph^ = 3 },'))
    expect(item).toMatchObject({ insert: 'phys_start', isSnippet: false })
  })
  test('the word under the cursor is replaced, not doubled', () => {
    const text = typing('{ .ph^ys = 3 },')
    const item = proposed(text)[0]!
    expect(applyEdits(item.at.file, [{ at: item.at, text: item.insert }])).toContain('{ .phys_start = 3 },')
  })
})

describe('values', () => {
  test('flags that are not in the list yet', () => {
    const found = labels(typing('{ .flags = JAILHOUSE_MEM_READ | J^ },'))
    expect(found).toContain('JAILHOUSE_MEM_DMA')
    expect(found).not.toContain('JAILHOUSE_MEM_READ')
  })
  test('constants by what the field means', () => {
    const flags = labels(typing('{ .flags = J^ },'))
    expect(flags).toContain('JAILHOUSE_MEM_DMA')
    expect(flags).not.toContain('JAILHOUSE_PCI_TYPE_IVSHMEM')
    expect(labels(inmate('a').replace('JAILHOUSE_ARM64', '^'))).toEqual(
      expect.arrayContaining(['JAILHOUSE_ARM64', 'JAILHOUSE_X86']),
    )
  })
  test('macros of the file itself', () => {
    expect(labels(`#define RAM_BASE 0x1000\n${typing('{ .phys_start = ^ },')}`)).toContain('RAM_BASE')
  })
  test('memory of the root that is free, beside what the cell has', () => {
    const found = proposed(typing('{ .phys_start = ^ },'), { 'w/board.c': root() })
    expect(found[0]).toMatchObject({ label: '0x80000000', detail: expect.stringContaining('128 MiB') })
  })
  test('CPUs of the root that are free', () => {
    const text = inmate('a').replace('.cpus = { 0x8 }', '.cpus = { ^ }')
    expect(labels(text, { 'w/board.c': root() })).toEqual(['0x8', '0x4', '0x2'])
  })
})

test('whole elements between elements', () => {
  const items = proposed(typing('^'))
  expect(items.map(({ label }) => label)).toContain('RAM region')
  expect(items.every(({ isSnippet }) => isSnippet)).toBe(true)
})

test('nothing in comments, strings, directives and outside of initializers', () => {
  expect(labels(typing('/* .^ */'))).toEqual([])
  expect(labels(typing('// .^'))).toEqual([])
  expect(labels(inmate('a.^'))).toEqual([])
  expect(labels(`#define X .^\n${inmate('a')}`)).toEqual([])
  expect(labels(`${inmate('a')}\nint f(void) { x.^ }`)).toEqual([])
})

test('the original member is among the proposals at every dot of the fixtures', () => {
  const files = fixtures()
  const missing: string[] = []
  for (const path of ['founding-case/k3-demo.c', 'x86/pc.c', 'smmu-v2/mpsoc.c', 'old-revision/board.c']) {
    const analysis = files.analyze(path)
    for (const dot of files.file(path).text.matchAll(/(?<=[\s{])\.(\w+)(?=\s*[=.[])/g)) {
      const found = completions(analysis, dot.index + 1).some(({ label }) => label === dot[1])
      if (!found) missing.push(`${path}:${dot.index} ${dot[1]}`)
    }
  }
  expect(missing).toEqual([])
})
