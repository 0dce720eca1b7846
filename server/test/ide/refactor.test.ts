import { describe, expect, test } from 'vitest'
import { emitObjects } from '../../src/c/values/emit.ts'
import { type CellConfig, cellOf } from '../../src/config/model.ts'
import { assignSpi, refactorings } from '../../src/ide/refactor/index.ts'
import { prove } from '../../src/repair/proof.ts'
import { applyEdits, type Edit } from '../../src/text/source-file.ts'
import { type Desk, desk, inmate, root, withGrammar } from '../project.ts'
import { fixtures, offsetOf } from './fixture.ts'

withGrammar()

const ROOT = 'k3-dma/k3-demo.c'
const LINUX = 'k3-dma/k3-demo-linux.c'

const offered = (files: Desk, path: string, words: string) =>
  refactorings(files.analyze(path), offsetOf(files.file(path).text, words))

const titled = (files: Desk, path: string, words: string, title: RegExp) => {
  const found = offered(files, path, words).find(each => title.test(each.title))
  if (!found) throw new Error(`not offered: ${title}`)
  return found
}

/** The files of a desk after edits. */
function after(files: Desk, edits: readonly Edit[], ...paths: readonly string[]): Desk {
  const known = files.project.known ?? []
  const texts = known.map(file => [file.uri.replace('file:///', ''), applyEdits(file, edits)])
  const changed = desk(Object.fromEntries(texts))
  for (const path of paths)
    expect(changed.analyze(path).unit.problems.filter(({ severity }) => severity !== 'information')).toEqual([])
  return changed
}

const bytes = (files: Desk, path: string) => emitObjects(files.analyze(path).unit.objects)

const cellIn = (files: Desk, path: string): CellConfig => cellOf(files.analyze(path).config!)

/** Applies what is offered at `|` and holds that the bytes stay; answers the new text. */
function keepsBytes(path: string, words: string, title: RegExp, files = fixtures()): string {
  const changed = after(files, titled(files, path, words, title).edits, path)
  expect(bytes(changed, path)).toEqual(bytes(files, path))
  expect(bytes(changed, path)).toBeDefined()
  return changed.file(path).text
}

describe('numbers and names', () => {
  const flags = (words: string) => desk({ 'a.c': inmate('a').replace(/\.flags = JAIL[^,]*/, `.flags = ${words}`) })
  test('a literal becomes flags', () => {
    const text = keepsBytes('a.c', '.flags = 0x|4f', /^Replace 0x4f with/, flags('0x4f'))
    expect(text).toContain(
      '.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE',
    )
  })
  test('flags become a literal', () => {
    expect(keepsBytes(LINUX, '.flags = JAILHOUSE_CON_ACCESS|_MMIO', /^Replace with/)).toMatch(/\.flags = 0x\w+,/)
  })
  test('a type becomes its name', () => {
    const files = fixtures({ [LINUX]: text => text.replace('JAILHOUSE_PCI_TYPE_IVSHMEM', '3') })
    expect(keepsBytes(LINUX, '.type = |3', /^Replace 3 with/, files)).toContain('.type = JAILHOUSE_PCI_TYPE_IVSHMEM')
  })
  test('bits without a name stay a number', () => {
    expect(offered(flags('0x4000000'), 'a.c', '0x4|000000').filter(({ title }) => / as /.test(title))).toEqual([])
  })
})

describe('missing fields', () => {
  const without = (...lines: readonly RegExp[]) =>
    desk({ 'w/arm64/a-cell.c': lines.reduce((text, line) => text.replace(line, ''), inmate('a')) })
  test('that the rest of the file decides are written as they have to be', () => {
    const files = without(/\.signature.*\n/, /\.revision.*\n/, /\.cpu_set_size.*\n/, /\.num_mem.*\n/)
    const { edits, title } = titled(files, 'w/arm64/a-cell.c', '.name = "|a"', /^Add missing/)
    expect(title).toBe('Add missing signature, revision, cpu_set_size, num_memory_regions')
    const path = 'w/arm64/a-cell.c'
    expect(bytes(after(files, edits, path), path)).toEqual(bytes(without(), path))
  })
  test('that only its author knows are left alone', () => {
    expect(offered(without(), 'w/arm64/a-cell.c', '.name = "|a"').filter(({ title }) => /missing/.test(title))).toEqual(
      [],
    )
    const found = offered(fixtures(), LINUX, '.virt_start = 0x8|0000000')
    expect(found.filter(({ title }) => /missing/.test(title))).toEqual([])
  })
  test('of a region: where it is seen is where it lies', () => {
    const files = without(/\.virt_start = 0x88000000, /)
    const path = 'w/arm64/a-cell.c'
    const text = after(files, titled(files, path, '.size = 0x1|000000', /virt_start/).edits, path).file(path).text
    expect(text).toContain('.virt_start = 0x88000000,')
  })
})

describe('the regions of a network link', () => {
  const WORDS = 'JAILHOUSE_SHMEM_NET_|REGIONS(0x70000000, 1)'
  test('are written out as elements and folded back', () => {
    const files = fixtures()
    const out = after(files, titled(files, LINUX, WORDS, /^Expand/).edits, LINUX)
    expect(bytes(out, LINUX)).toEqual(bytes(files, LINUX))
    expect(out.file(LINUX).text).toContain('.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED,')
    const text = keepsBytes(LINUX, '.phys_start = 0x7|0000000', /with JAILHOUSE_SHMEM_NET_REGIONS/, out)
    expect(text).toBe(files.file(LINUX).text)
  })
  test('other elements are no link', () => {
    const found = offered(fixtures(), LINUX, '.phys_start = 0x0|0100000')
    expect(found.filter(({ title }) => /NET_REGIONS/.test(title))).toEqual([])
  })
})

describe('a number gets a name', () => {
  test('by the comment of its element, for both its addresses', () => {
    const text = keepsBytes(LINUX, '.phys_start = 0x0|2810000', /^Extract 0x02810000 to #define/)
    expect(text).toContain('#include <jailhouse/cell-config.h>\n\n#define UART_1_START 0x02810000\n')
    expect(text).toMatch(/\.phys_start = UART_1_START,\s+\.virt_start = UART_1_START,/)
    expect(text).toContain('.address = 0x02810000')
  })
  test('small numbers mean what they say', () => {
    expect(offered(fixtures(), LINUX, '.shmem_peers = |2').filter(({ kind }) => kind === 'extract')).toEqual([])
  })
  test('expressions and names are left alone', () => {
    expect(offered(fixtures(), LINUX, '.vpci_irq_base = 1|95').filter(({ kind }) => kind === 'extract')).toEqual([])
  })
})

describe('an SPI is given to a cell', () => {
  const given = (spi: number, files = fixtures(), path = LINUX) => {
    const change = assignSpi(files.analyze(path), spi)
    return change && after(files, change.edits, path)
  }
  const pins = (files: Desk, path = LINUX) =>
    cellIn(files, path).irqchips.flatMap(({ pin_base, pin_bitmap }) =>
      pin_bitmap.flatMap((word, i) =>
        [...Array(32).keys()].filter(bit => (word >>> bit) & 1).map(bit => pin_base + 32 * i + bit - 32),
      ),
    )
  test('in the word that has its bit', () => {
    for (const spi of [0, 31, 105, 127, 128, 255]) {
      const changed = given(spi)!
      expect(pins(changed)).toEqual([...pins(fixtures()), spi].toSorted((a, b) => a - b))
    }
  })
  test('in a new irqchip where none covers it', () => {
    const changed = given(300)!
    expect(pins(changed)).toContain(300)
    expect(cellIn(changed, LINUX).irqchips).toHaveLength(3)
    expect(cellIn(changed, LINUX).irqchips[2]).toMatchObject({ address: 0x1800000n, pin_base: 288 })
    expect(cellIn(changed, LINUX).mem_regions).toEqual(
      cellIn(fixtures(), LINUX).mem_regions.map(region => ({ ...region, source: expect.anything() })),
    )
  })
  test('not twice, and not beyond the GIC', () => {
    expect(given(104)).toBeUndefined()
    expect(given(988)).toBeUndefined()
  })
  test('where a comment names it', () => {
    const files = fixtures({ [LINUX]: text => text.replace('SPI 104, 110', 'SPI 104, SPI_105') })
    expect(offered(files, LINUX, 'SPI_10|5').map(({ title }) => title)).toContain('Assign SPI 105 to this cell')
  })
})

describe('memory of the root goes to an inmate, in both files', () => {
  test('the root keeps it, without DMA where a PVU would hold on to it', () => {
    const files = fixtures()
    const found = titled(files, ROOT, '.phys_start = 0x8|80000000', /^Assign "k3-demo-linux"/)
    expect(found.acrossFiles).toBe(true)
    const changed = after(files, found.edits, ROOT, LINUX)
    const slice = { phys_start: 0x89ea00000n, virt_start: 0x89ea00000n, size: 0x1000000n }
    expect(cellIn(changed, LINUX).mem_regions.at(-1)).toMatchObject({ ...slice, flags: 0x4fn })
    const regions = cellIn(changed, ROOT).mem_regions
    expect(regions).toHaveLength(19)
    expect(regions.find(({ phys_start }) => phys_start === slice.phys_start)).toMatchObject({ ...slice, flags: 0x47n })
    const codes = changed.analyze(LINUX).findings.map(({ rule }) => rule.code)
    expect(codes.filter(code => !files.analyze(LINUX).findings.some(({ rule }) => rule.code === code))).toEqual([])
  })
  test('on the name of the array of a cell, not in each of its elements', () => {
    const titles = (words: string) => offered(fixtures(), LINUX, words).map(({ title }) => title)
    const GIVE = expect.stringMatching(/^Assign "k3-demo-linux" 16 MiB of region/)
    expect(titles('.mem_reg|ions = {')).toContainEqual(GIVE)
    expect(titles('.phys_start = 0x0|2810000')).not.toContainEqual(GIVE)
  })
  test('without a PVU the root stays as it is', () => {
    const files = desk({ 'b.c': root(), 'b-a.c': inmate('a') })
    const found = titled(files, 'b.c', '.phys_start = 0x8|0000000', /^Assign "a" 16 MiB/)
    const changed = after(files, found.edits, 'b.c', 'b-a.c')
    expect(bytes(changed, 'b.c')).toEqual(bytes(files, 'b.c'))
    expect(cellIn(changed, 'b-a.c').mem_regions[1]).toMatchObject({ phys_start: 0x87000000n, size: 0x1000000n })
  })
})

describe('regions of the root that continue each other', () => {
  const halves = (flags = 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE') =>
    desk({
      'b.c': root()
        .replace('mem_regions[1]', 'mem_regions[2]')
        .replace(
          '.mem_regions = {',
          `.mem_regions = {
    {
      .phys_start = 0x7f000000, .virt_start = 0x7f000000, .size = 0x1000000,
      .flags = ${flags},
    },`,
        ),
    })
  const RWXD = 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA'
  test('are merged where nothing changes by it', () => {
    const files = halves(RWXD)
    const found = titled(files, 'b.c', '.phys_start = 0x7|f000000', /^Merge/)
    const changed = after(files, found.edits, 'b.c')
    expect(cellIn(changed, 'b.c').mem_regions).toMatchObject([
      { phys_start: 0x7f000000n, virt_start: 0x7f000000n, size: 0x11000000n, flags: 0xfn },
    ])
  })
  test('stay apart when their flags differ', () => {
    const found = offered(halves(), 'b.c', '.phys_start = 0x7|f000000')
    expect(found.filter(({ title }) => /^Merge/.test(title))).toEqual([])
  })
  test('all at once on the name of the array, with their comments', () => {
    const third = '/* top */ { .phys_start = 0x90000000, .virt_start = 0x90000000, .size = 0x1000, .flags = 0xf },'
    const files = desk({
      'b.c': halves(RWXD)
        .file('b.c')
        .text.replace('mem_regions[2]', 'mem_regions[3]')
        .replace(/(\.size = 0x10000000,[^}]*\},)/, `$1\n    ${third}`),
    })
    const found = titled(files, 'b.c', '.mem_reg|ions = {', /^Merge 3 adjacent regions into 1/)
    const changed = after(files, found.edits, 'b.c')
    expect(cellIn(changed, 'b.c').mem_regions).toMatchObject([{ phys_start: 0x7f000000n, size: 0x11001000n }])
    expect(changed.file('b.c').text).toContain('/* top */ {\n      .phys_start = 0x7f000000')
  })
})

describe('regions of the root in the order of their addresses', () => {
  const unsorted = (words: string, extra = '') =>
    desk({
      'b.c': root(extra)
        .replace('mem_regions[1]', 'mem_regions[3]')
        .replace('.mem_regions = {', `.mem_regions = {\n${words}\n`),
    })
  const region = (start: string, flags = 'JAILHOUSE_MEM_READ') =>
    `{ .phys_start = ${start}, .virt_start = ${start}, .size = 0x1000, .flags = ${flags} }`
  const starts = (files: Desk, path = 'b.c') => cellIn(files, path).mem_regions.map(({ phys_start }) => phys_start)
  const SORT = /^Sort regions by address/
  const offersSort = (files: Desk, path = 'b.c') =>
    offered(files, path, '.mem_reg|ions = {').some(({ title }) => SORT.test(title))
  test('with the comments that stand at them', () => {
    const files = unsorted(
      `    /* high */ ${region('0xf0000000')}, /* behind high */\n    /* low */\n    ${region('0x1000')},`,
    )
    const found = titled(files, 'b.c', '.mem_reg|ions = {', SORT)
    const changed = after(files, found.edits, 'b.c')
    expect(starts(changed)).toEqual([0x1000n, 0x80000000n, 0xf0000000n])
    const { text } = changed.file('b.c')
    expect(text).toMatch(/\/\* low \*\/\n +\{ \.phys_start = 0x1000/)
    expect(text).toMatch(/\/\* high \*\/ \{ \.phys_start = 0xf0000000.*, \/\* behind high \*\//)
    expect(offersSort(changed)).toBe(false)
  })
  test('with a comma where the last one had none', () => {
    const files = unsorted(`    ${region('0xf0000000')},\n    ${region('0x1000')},`)
    const bare = desk({ 'b.c': files.file('b.c').text.replace(/,(\s*\},?\s*\.(?!phys)\w+ = \{|\s*\},?\s*\};)/, '$1') })
    const changed = after(bare, titled(bare, 'b.c', '.mem_reg|ions = {', SORT).edits, 'b.c')
    expect(starts(changed)).toEqual([0x1000n, 0x80000000n, 0xf0000000n])
  })
  test('those of shared-memory devices are found as before', () => {
    const pair =
      '#define PAIR(at) { .phys_start = at, .size = 0x1000 }, { .phys_start = at + 0x1000, .size = 0x1000 }\n'
    const files = fixtures({
      [ROOT]: text =>
        text
          .replace('struct {', `${pair}struct {`)
          .replace('mem_regions[18]', 'mem_regions[20]')
          .replace('.mem_regions = {', '.mem_regions = {\n\t\tPAIR(0xf00000000),')
          .replace('.shmem_regions_start = 0', '.shmem_regions_start = 2'),
    })
    const changed = after(files, titled(files, ROOT, '.mem_reg|ions = {', SORT).edits, ROOT)
    const sections = (cell: CellConfig) => {
      const start = cell.pci_devices[0]!.shmem_regions_start!
      return cell.mem_regions.slice(start, start + 4).map(({ phys_start, size }) => `${phys_start} ${size}`)
    }
    expect(cellIn(changed, ROOT).pci_devices[0]!.shmem_regions_start).toBe(1)
    expect(sections(cellIn(changed, ROOT))).toEqual(sections(cellIn(files, ROOT)))
    expect(changed.analyze(LINUX).findings.length).toBe(files.analyze(LINUX).findings.length)
  })
  test('not where the order decides who wins', () => {
    const seenAt = (virt: string) =>
      unsorted(
        `    ${region('0x2000', 'JAILHOUSE_MEM_WRITE')},\n    ${region('0x1000').replace('virt_start = 0x1000', `virt_start = ${virt}`)},`,
      )
    expect(offersSort(seenAt('0x1000'))).toBe(true)
    expect(offersSort(seenAt('0x2000'))).toBe(false)
  })
  test('not across conditionals', () => {
    const files = unsorted(`    ${region('0xf0000000')},\n#ifndef LOW\n    ${region('0x1000')},\n#endif`)
    expect(offersSort(files)).toBe(false)
  })
})

test('nothing is offered outside of configurations', () => {
  expect(offered(desk({ 'a.c': 'int x = 0x10;' }), 'a.c', '0x|10').filter(({ kind }) => kind !== 'extract')).toEqual([])
})

test('two cells are connected at both ends, with all that counts the new elements', () => {
  const files = fixtures()
  const { edits, acrossFiles } = titled(files, LINUX, '.pci_|devices = {', /^Connect to "k3-demo" by ivshmem/)
  expect(acrossFiles).toBe(true)
  expect(prove([], edits, files.project).kind).toBe('proven')
  const changed = after(files, edits, ROOT, LINUX)
  for (const [path, id] of [
    [ROOT, 0],
    [LINUX, 1],
  ] as const) {
    const [before, cell] = [cellIn(files, path), cellIn(changed, path)]
    expect(cell.mem_regions).toHaveLength(before.mem_regions.length + 4)
    expect(cell.pci_devices.at(-1)).toMatchObject({
      shmem_regions_start: before.mem_regions.length,
      shmem_dev_id: id,
      shmem_peers: 2,
    })
  }
})
