import { describe, expect, test } from 'vitest'
import { emitObjects } from '../../src/c/emit.ts'
import { type CellConfig, cellOf } from '../../src/config/model.ts'
import { assignSpi, refactorings } from '../../src/ide/refactor/index.ts'
import { applyEdits, type Edit } from '../../src/text/source-file.ts'
import { type Desk, desk, inmate, root, withGrammar } from '../project.ts'
import { fixtures, offsetOf } from './fixture.ts'

withGrammar()

const ROOT = 'founding-case/k3-demo.c'
const LINUX = 'founding-case/k3-demo-linux.c'

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
    const text = keepsBytes('a.c', '.flags = 0x|4f', /^Write 0x4f as/, flags('0x4f'))
    expect(text).toContain(
      '.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE',
    )
  })
  test('flags become a literal', () => {
    expect(keepsBytes(LINUX, '.flags = JAILHOUSE_CON_ACCESS|_MMIO', /^Write the number/)).toMatch(/\.flags = 0x\w+,/)
  })
  test('a type becomes its name', () => {
    const files = fixtures({ [LINUX]: text => text.replace('JAILHOUSE_PCI_TYPE_IVSHMEM', '3') })
    expect(keepsBytes(LINUX, '.type = |3', /^Write 3 as/, files)).toContain('.type = JAILHOUSE_PCI_TYPE_IVSHMEM')
  })
  test('bits without a name stay a number', () => {
    expect(offered(flags('0x4000000'), 'a.c', '0x4|000000').filter(({ title }) => / as /.test(title))).toEqual([])
  })
})

test('missing fields are written with the zeros they have', () => {
  const text = keepsBytes(LINUX, '.virt_start = 0x8|0000000', /missing field/)
  expect(text).toContain(
    '\t\t\t.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION,\n\t\t\t.phys_start = 0,\n',
  )
})

test('many missing fields at once, in the order of the struct', () => {
  const text = keepsBytes(LINUX, '.shmem_peers = |2', /missing fields/)
  expect(text).toMatch(/\.iommu = 0,\s+\.caps_start = 0,\s+\.num_caps = 0/)
})

describe('the regions of a network link', () => {
  const WORDS = 'JAILHOUSE_SHMEM_NET_|REGIONS(0x70000000, 1)'
  test('are written out as elements and folded back', () => {
    const files = fixtures()
    const out = after(files, titled(files, LINUX, WORDS, /^Write out/).edits, LINUX)
    expect(bytes(out, LINUX)).toEqual(bytes(files, LINUX))
    expect(out.file(LINUX).text).toContain('.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED,')
    const text = keepsBytes(LINUX, '.phys_start = 0x7|0000000', /as JAILHOUSE_SHMEM_NET_REGIONS/, out)
    expect(text).toBe(files.file(LINUX).text)
  })
  test('other elements are no link', () => {
    const found = offered(fixtures(), LINUX, '.phys_start = 0x0|0100000')
    expect(found.filter(({ title }) => /NET_REGIONS/.test(title))).toEqual([])
  })
})

describe('a number gets a name', () => {
  test('by the comment of its element, for both its addresses', () => {
    const text = keepsBytes(LINUX, '.phys_start = 0x0|2810000', /^Give 0x02810000 the name/)
    expect(text).toContain('#include <jailhouse/cell-config.h>\n\n#define UART_1_START 0x02810000\n')
    expect(text).toMatch(/\.phys_start = UART_1_START,\s+\.virt_start = UART_1_START,/)
    expect(text).toContain('.address = 0x02810000')
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
    const files = fixtures({ [LINUX]: text => text.replace('SPI 104, 110', 'SPI 104, SPI 105') })
    expect(offered(files, LINUX, 'SPI 10|5').map(({ title }) => title)).toContain('Give this cell SPI 105')
  })
})

describe('memory of the root goes to an inmate, in both files', () => {
  test('the root keeps it, without DMA where a PVU would hold on to it', () => {
    const files = fixtures()
    const found = titled(files, ROOT, '.phys_start = 0x8|80000000', /^Give "k3-demo-linux"/)
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
  test('without a PVU the root stays as it is', () => {
    const files = desk({ 'b.c': root(), 'b-a.c': inmate('a') })
    const found = titled(files, 'b.c', '.phys_start = 0x8|0000000', /^Give "a" 16 MiB/)
    const changed = after(files, found.edits, 'b.c', 'b-a.c')
    expect(bytes(changed, 'b.c')).toEqual(bytes(files, 'b.c'))
    expect(cellIn(changed, 'b-a.c').mem_regions[1]).toMatchObject({ phys_start: 0x8f000000n, size: 0x1000000n })
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
})

test('nothing is offered outside of configurations', () => {
  expect(offered(desk({ 'a.c': 'int x = 0x10;' }), 'a.c', '0x|10').filter(({ kind }) => kind !== 'extract')).toEqual([])
})
