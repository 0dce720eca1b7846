import { describe, expect, test } from 'vitest'
import { type Block, plainText } from '../../src/ide/blocks.ts'
import { hover } from '../../src/ide/hover/index.ts'
import { type Desk, desk, inmate, root, withGrammar } from '../project.ts'
import { fixtureNames, fixtures, offsetOf } from './fixture.ts'

withGrammar()

/** What an editor without Markdown shows at `|`. */
function shown(path: string, words: string, files: Desk = fixtures()): string {
  const note = hover(files.analyze(path), offsetOf(files.file(path).text, words))
  return note ? plainText(note.blocks) : ''
}

const ROOT = 'k3-dma/k3-demo.c'
const LINUX = 'k3-dma/k3-demo-linux.c'

describe('a region shows what becomes of it, the verdict first', () => {
  test('memory that is handed over and given back: one row for each state', () => {
    const note = shown(ROOT, '.virt_start = 0x8|a0000000')
    expect(note).toMatch(
      /^linux has it from create until destroy\n\nmem_regions\[17\] \[0x8a0000000, 0x900000000\) 1.5 GiB/,
    )
    expect(note).toMatch(/^after +CPUs +SMMU v3 +PVU streams$/m)
    expect(note).toMatch(/^enable, destroy +root rwx +root, linux \(bypass\) +–$/m)
    expect(note).toMatch(/^create, start +linux rwx +– +linux 3$/m)
    expect(note).toMatch(/^set_loadable, shutdown +root, linux rwx +root, linux +linux 3$/m)
    expect(note).toContain('Devices of no cell bypass the SMMU v3 at every stage.')
  })
  test('devices of the root keep it', () => {
    const note = shown('dma-kept/k3-demo.c', '.phys_start = 0x8|a0000000')
    expect(note).toMatch(/^⚠ stays mapped for root stream 2 after create$/m)
    expect(note).toMatch(/^create, start .*root 2, linux 3$/m)
  })
  test('the same from the side of the inmate', () => {
    expect(shown('dma-kept/k3-demo-linux.c', '.phys_start = 0x8|a0000000')).toMatch(
      /^⚠ stays reachable for root stream 2 after create\n/,
    )
    expect(shown(LINUX, '.phys_start = 0x8|a0000000')).toMatch(/^linux has it from create until destroy\n/)
  })
  test('verdict and table alone where an editor shows a finding above them', () => {
    const blocks = hover(
      fixtures().analyze(ROOT),
      offsetOf(fixtures().file(ROOT).text, '.phys_start = 0x8|a0000000'),
    )?.blocks
    expect(blocks?.map(({ kind }) => kind)).toEqual(['title', 'table'])
  })
  test('the mark of a part is explained there, too', () => {
    const note = shown('dma-kept/k3-demo.c', '.phys_start = 0x89fe|00000')
    expect(note).toMatch(/rwx\*(.|\n)*^\* part of the region$/m)
    expect(note).not.toContain('mem_regions[')
  })
  test('what nobody takes, what is shared, and what is taken in part', () => {
    expect(shown('dma-kept/k3-demo.c', '.phys_start = 0x8|80000000')).toMatch(/^root has it at every stage\n/)
    expect(shown('dma-kept/k3-demo.c', '.phys_start = 0x89fe|00000')).toMatch(/^linux has part of it from create/)
    expect(shown('smmu-v2/mpsoc-linux.c', '.phys_start = 0x|ff010000')).toMatch(/^Shared with root from create/)
  })
  test('links to the map', () => {
    const analysis = fixtures().analyze(ROOT)
    const text = fixtures().file(ROOT).text
    const blocks = hover(analysis, offsetOf(text, '.virt_start = 0x8|a0000000'))?.blocks
    expect(blocks?.at(-1)).toMatchObject({ kind: 'link', text: 'Open in memory map', command: 'showMemoryMap' })
    expect(blocks?.at(-1)).toHaveProperty(
      'place.start',
      text.lastIndexOf('{', text.indexOf('.phys_start = 0x8a0000000')),
    )
  })
})

describe('an include says which file is read', () => {
  test('a built-in header with its revision and layout', () => {
    const note = shown(ROOT, '#include <jailhouse/cell-|config.h>')
    expect(note).toContain('jailhouse/cell-config.h, built in')
    expect(note).toContain('configuration revision 14, layout 14, since')
  })
  test('a header of the tree with its path', () => {
    const files = desk({ 'my board/board.c': '#include "pins.h"\n', 'my board/pins.h': '#define PIN 32\n' })
    expect(shown('my board/board.c', '"pi|ns.h"', files)).toMatch(/^pins\.h\n+Read from .*\/my board\/pins\.h\.$/)
  })
  test('a header that is nowhere', () => {
    const files = desk({ 'board.c': '#include "gone.h"\n' })
    expect(shown('board.c', '"go|ne.h"', files)).toContain('No such file here')
  })
})

describe('words and numbers', () => {
  test('a flag says its value, its meaning and what it does here', () => {
    const note = shown(LINUX, 'JAILHOUSE_MEM_D|MA')
    expect(note).toContain('PVU entries for linux stream 3 at create\n\nJAILHOUSE_MEM_DMA = 0x8')
  })
  test('a field says where it lies in the binary', () => {
    expect(shown(ROOT, '.vpci_irq|_base')).toContain('Offset 0x1b4 of the .cell, 4 bytes.')
  })
  test('an address stays an address, a size is readable', () => {
    expect(shown(LINUX, '.address = 0x0|2810000')).toMatch(/^cell\.console\.address = 0x2810000$/m)
    expect(shown(ROOT, '.size = 0x6|0000000')).toMatch(/size = 0x60000000 = 1610612736 = 1.5 GiB/)
  })
  test('a count through ARRAY_SIZE', () => {
    const note = shown(ROOT, 'ARRAY|_SIZE(config.mem_regions)')
    expect(note).toContain('ARRAY_SIZE = 0x12 = 18')
    expect(note).toContain('Number of elements of an array')
  })
  test('a bus, device and function', () => {
    const files = fixtures({ [ROOT]: text => text.replace('.bdf = 0 << 3', '.bdf = 0x1fd') })
    expect(shown(ROOT, '.bdf = 0x1|fd', files)).toContain('0x1fd: 01:1f.5 (bus:device.function)')
  })
  test('a mask of CPUs, also of the second word', () => {
    expect(shown(ROOT, '.cpus = { 0x|3 }')).toMatch(/^cpus\[0\] = 0x3: CPUs 0, 1$/m)
    const files = fixtures({
      [ROOT]: text => text.replace('__u64 cpus[1]', '__u64 cpus[2]').replace('{ 0x3 }', '{ 0x3, 0x81 }'),
    })
    expect(shown(ROOT, '0x3, 0x|81', files)).toMatch(/CPUs 64, 71$/m)
  })
  test('any number, also outside of fields', () => {
    expect(
      shown('k3-demo.c', '#define WINDOW 0x1|00000', desk({ 'k3-demo.c': `#define WINDOW 0x100000\n${root()}` })),
    ).toBe('0x100000 = 1048576 = 1 MiB, bit 20')
  })
})

describe('what belongs to the machine', () => {
  test('the words of a pin bitmap name their interrupts and who else has them', () => {
    const note = shown(LINUX, '1 << (104 - |96)')
    expect(note).toMatch(/^SPI 104, 110, 121: taken from root at create\n/)
    expect(note).toMatch(/^GIC interrupts 136, 142, 153$/m)
  })
  test('a full word is told by its runs', () => {
    expect(shown(ROOT, '.pin_bitmap = { 0xffff|ffff')).toMatch(/^SPI 0–31\n(.|\n)*^GIC interrupts 32–63$/m)
  })
  test('vpci_irq_base says where INTx goes', () => {
    expect(shown(LINUX, '.vpci_irq_base = 1|95')).toMatch(/^SPI 163–166 for the virtual PCI devices\n/)
  })
  test('a stream id says which IOMMU knows it', () => {
    const note = shown(LINUX, '{ 0x0|003 }')
    expect(note).toMatch(/^stream 0x3 of SMMU v3, PVU\n/)
    expect(note).toMatch(/^PVU: 2 entries of its own, from TLB 3 \(units 1-3\)$/m)
    expect(note).toMatch(/^SMMU v3: walks the page tables of root \(unit 0\)$/m)
  })
  test('a region for DMA says what it costs of the PVU and what is left', () => {
    expect(shown(LINUX, '.phys_start = 0x8|a0000000')).toMatch(/; PVU 1×1 GiB, 1×512 MiB \(2 of 128, 126 left\)$/m)
  })
})

describe('a device says what it leads to', () => {
  test('the sections of a link by their roles', () => {
    const note = shown(LINUX, '.shmem_regions_start = |0')
    expect(note).toMatch(/^\[0\] +state table +\[0x70000000, 0x70001000\) 4 KiB r-- ROOTSHARED$/m)
    expect(note).toMatch(/^\[1\] +common section +none$/m)
    expect(note).toMatch(/^\[3\] +output section 1, this cell .* rw- /m)
  })
  test('who else is on a link, and which interrupt it raises', () => {
    expect(shown(LINUX, '.bdf = |0 << 3')).toMatch(/^Link to root \(endpoint 0\)\n(.|\n)*^This is endpoint 1 of 2$/m)
    expect(shown(LINUX, '.bdf = |0 << 3')).toMatch(/^00:00\.0 raises SPI 163$/m)
    const deaf = fixtures({ [LINUX]: text => text.replace('.vpci_irq_base = 195 - 32', '.vpci_irq_base = 10') })
    expect(shown(LINUX, '.vpci_irq_base = 1|0', deaf)).toMatch(
      /^⚠ SPI 10–13 .*\n(.|\n)*^⚠ 00:00\.0 raises SPI 10, which is in no pin_bitmap of the cell$/m,
    )
  })
  test('between its fields all of it', () => {
    const note = shown(LINUX, 'network */ |{')
    expect(note).toMatch(/^pci_devices\[0\]: 00:00\.0 ivshmem$/m)
    expect(note).toMatch(/^\[0\] +state table/m)
  })
  test('capabilities by their names', () => {
    expect(shown('x86/pc.c', '.num_caps = |2')).toMatch(/^\[1\] +SATA at 0xa8$/m)
  })
})

describe('macros that make elements', () => {
  test('list them', () => {
    const note = shown(LINUX, 'JAILHOUSE_SHMEM_|NET_REGIONS')
    expect(note).toMatch(/^\[0\] +0x70000000 4 KiB READ ROOTSHARED$/m)
    expect(note).toMatch(/^\[1\] +empty$/m)
  })
  test('their arguments are numbers', () => {
    expect(shown(LINUX, 'REGIONS(0x7|0000000')).toMatch(/^0x70000000 = 1879048192 = 1.75 GiB/)
  })
})

test('a communication region is a page of the hypervisor', () => {
  const note = shown(LINUX, '.virt_start = 0x8|0000000')
  expect(note).toMatch(
    /^Communication region from create until destroy\n\nmem_regions\[\d+\] at \[0x80000000, 0x80001000\) 4 KiB/,
  )
  expect(note).toMatch(/^create … shutdown +linux rw-$/m)
  expect(note).toMatch(/^Pages: CPU 1×4 KiB at 0x\w+, the hypervisor's$/m)
  expect(note).not.toMatch(/DMA|does not exist/)
})

test('a cell without devices of its own has no DMA', () => {
  const SMMU = 'smmu-v2/mpsoc-linux.c'
  const alone = fixtures({ [SMMU]: text => text.replace(/\.num_stream_ids = .*/, '') })
  const note = shown(SMMU, '.phys_start = 0x8|40000000', alone)
  expect(note).toContain('DMA: "mpsoc-linux" lists no stream ID and no physical PCI device.')
})

test('a region of a cell that is refused says why', () => {
  const note = shown('together/k3-demo-app.c', '.size = 0x|1000000')
  expect(note).toMatch(/^⚠ create of app fails with -EBUSY\n/)
  expect(note).toMatch(/^jailhouse_cmd_cell_create: .+\.$/m)
  expect(note).toMatch(/^create linux, start linux +linux rwx /m)
})

test('CPUs say whose they are', () => {
  expect(shown(LINUX, '.cpus = { 0x|2 }')).toMatch(/^CPU 1: taken from root at create\n\ncpus\[0\] = 0x2: CPU 1$/)
  expect(shown(ROOT, '.cpus = { 0x|3 }')).toMatch(/^CPU 1: given to linux at create\n/)
})

describe('the name of a field says what it is set to', () => {
  const now = (path: string, words: string) => shown(path, words).split('\n')[0]
  test('constants by their names, addresses without a size', () => {
    expect(now(LINUX, '.ty|pe = JAILHOUSE_CON')).toBe('cell.console.type = 0x2: JAILHOUSE_CON_TYPE_8250')
    expect(now(ROOT, '.pci_mmconfig|_base')).toMatch(/pci_mmconfig_base = 0x76000000$/)
    expect(now(LINUX, '.na|me')).toBe('cell.name = "k3-demo-linux", 13 of 32 bytes')
  })
  test('masks by their bits, protocols by their parts, and no shift counts', () => {
    const set = (words: string) => fixtures({ [LINUX]: text => text.replace(/(?<=\.shmem_protocol = )\w+/, words) })
    const shownNow = (words: string, at: string) => shown(LINUX, at, set(words))
    expect(shownNow('0xc003', '.shmem_pro|tocol')).toContain(' = 0xc003: VIRTIO_DEV_CONSOLE | SHMEM_PROTO_VIRTIO_BACK')
    expect(shownNow('0', '.fla|gs = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,')).toContain(
      ' = 0x13: READ | WRITE | IO',
    )
  })
  test('arrays by their length and what is read of them', () => {
    expect(now(LINUX, '.mem_reg|ions = {')).toBe('mem_regions: 11 elements')
  })
  test('a part of a struct without braces of its own', () => {
    const files = fixtures({
      [ROOT]: text =>
        text.replace(/\.tipvu = \{\s*\.tlb_base = (\w+),\s*\.tlb_size = (\w+),?\s*\}/, '.tipvu.tlb_base = $1'),
    })
    expect(shown(ROOT, '.tipvu.tlb_|base', files)).toMatch(
      /tipvu\.tlb_base = 0x\w+\n(.|\n)*Offset 0x74 of the \.cell, 8 bytes/,
    )
  })
})

describe('flags say what they do here', () => {
  const here = (path: string, words: string) => shown(path, words).split('\n')[0]
  test('access, loading, sharing', () => {
    expect(here(LINUX, 'JAILHOUSE_MEM_REA|D')).toBe('linux may read from create on')
    expect(here(LINUX, 'JAILHOUSE_MEM_LOADA|BLE')).toBe('root has it from set_loadable to start')
    expect(here(LINUX, 'JAILHOUSE_MEM_ROOTSHA|RED')).toBe('root keeps it after create')
    expect(here(LINUX, 'JAILHOUSE_MEM_I|O')).toBe('mapped as device memory')
  })
})

test('the name of a cell says whether its life goes through', () => {
  expect(shown(LINUX, '.name = "k3|-demo')).toMatch(/^Every command succeeds under k3-demo\n/)
  expect(shown('together/k3-demo-app.c', '.name = "k3|-demo')).toMatch(/^⚠ create fails\n(.|\n)*EBUSY/)
})

/** Lines at the width of a hover in VS Code, where about ninety letters fit beside each other. */
const renderedLines = (words: string): number => Math.ceil(words.length / 90)

/** Pixels as VS Code 1.139 lays them out with its default fonts; `e2e/views.mjs` measures a real one. */
const PIXELS = { title: 27, line: 19, row: 23, gap: 8 }

/** Rows that are wider than a hover take two lines. */
const linesOf = (rows: readonly (readonly string[])[]): number =>
  rows.length *
  ((rows[0] ?? []).reduce((sum, _, i) => sum + Math.max(...rows.map(row => row[i]!.length)), 0) <= 95 ? 1 : 2)

function heightOf(blocks: readonly Block[]): number {
  const heights = blocks.map(block => {
    if (block.kind === 'title') return PIXELS.title
    if (block.kind === 'table') return PIXELS.gap + PIXELS.row + linesOf(block.rows) * PIXELS.row
    if (block.kind === 'link') return PIXELS.line
    const words = block.kind === 'lines' ? block.lines : [block.text]
    return PIXELS.gap + PIXELS.line * words.reduce((sum, each) => sum + renderedLines(each), 0)
  })
  return heights.reduce((sum, height) => sum + height, 0)
}

/** Hovers of a file with a long verdict, or higher than VS Code shows without scrolling. */
function tooLong(files: Desk, path: string): readonly string[] {
  const analysis = files.analyze(path)
  return [...files.file(path).text.matchAll(/\b\w/g)].flatMap(({ index }) => {
    const blocks = hover(analysis, index)?.blocks ?? []
    const [verdict] = blocks
    const isTitled = verdict === undefined || (verdict.kind === 'title' && verdict.text.length <= 90)
    return isTitled && heightOf(blocks) <= 250 ? [] : [`${path}:${index} ${heightOf(blocks)}\n${plainText(blocks)}`]
  })
}

test('every hover has a short verdict, and no region needs scrolling', () => {
  const files = fixtures()
  expect(fixtureNames.flatMap(path => tooLong(files, path))).toEqual([])
})

describe('a link of several peers under a root of several inmates', () => {
  const ends = (peers: number) => [...Array(peers).keys()]
  /** A configuration with the sections of one link before its own memory. */
  const withLink = (text: string, id: number, peers: number) =>
    text
      .replace('mem_regions[1]', `mem_regions[${peers + 3}]`)
      .replace('.mem_regions = {', words =>
        [words, section(0, 1, 'READ'), section(1, 9, 'READ', 'WRITE')]
          .concat(ends(peers).map(k => section(10 + 2 * k, 2, 'READ', ...(k === id ? ['WRITE'] : []))))
          .join('\n'),
      )
  const section = (at: number, pages: number, ...flags: string[]) => {
    const start = `0x${(0x8fe000000 + at * 0x1000).toString(16)}`
    const names = [...flags, 'ROOTSHARED'].map(flag => `JAILHOUSE_MEM_${flag}`).join(' | ')
    return `{ .phys_start = ${start}, .virt_start = ${start}, .size = ${pages}<<12, .flags = ${names} },`
  }
  const device = (id: number, peers: number) =>
    `.pci_devices = { { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .domain = 1, .bdf = 0, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX,
      .shmem_regions_start = 0, .shmem_dev_id = ${id}, .shmem_peers = ${peers},
      .shmem_protocol = JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT + VIRTIO_DEV_CONSOLE } },`
  const COUNT = '.num_pci_devices = 1,'
  const ARRAY = 'struct jailhouse_pci_device pci_devices[1];'
  const files = (peers: number) =>
    desk({
      'board.c': withLink(root(COUNT, device(0, peers), ARRAY), 0, peers),
      ...Object.fromEntries(
        ends(peers)
          .slice(1)
          .map(k => {
            const name = `board-${'abcdef'[k]}-of-a-rather-long-name`
            return [`${name}.c`, withLink(inmate(name, COUNT, device(k, peers), ARRAY), k, peers)]
          }),
      ),
    })
  test.each([3, 4, 6])('fits the height for %i peers', peers => {
    const linked = files(peers)
    const [cell] = linked.project.known.filter(({ uri }) => uri.includes('board-b-'))
    expect([...tooLong(linked, 'board.c'), ...tooLong(linked, cell!.uri.replace('file:///', ''))]).toEqual([])
  })
  test('folds the output sections of the other peers', () => {
    const [of3, of6] = [3, 6].map(peers =>
      shown('board-b-of-a-rather-long-name.c', '.shmem_regions_start = |0', files(peers)),
    )
    expect(of3).toMatch(
      /^\[2\], \[4\] +output sections 0, 2 +8 KiB each from 0x8fe00a000, 0x8fe00e000 r-- ROOTSHARED$/m,
    )
    expect(of3).toMatch(/^\[3\] +output section 1, this cell .* rw- ROOTSHARED$/m)
    expect(of6).toMatch(/^\[2\], \[4–7\] +output sections 0, 2–5 +8 KiB each from 0x8fe00a000, 0x8fe00e000 r--/m)
  })
  test('one cell a line where the verdict would be too long', () => {
    expect(shown('board.c', '.cpus = { 0x|f', files(4))).toMatch(
      /^CPU 3: given to \S+ at create\n\ncpus\[0\] = 0xf.*\n\nCPU 3: given to \S+ at create\nCPU 3: given to \S+ at create$/,
    )
  })
})

test('nothing where there is nothing to say', () => {
  expect(shown(ROOT, 'st|ruct {')).toBe('')
})
