import { describe, expect, test } from 'vitest'
import { markdown, plainText } from '../../src/ide/blocks.ts'
import { hover } from '../../src/ide/hover/index.ts'
import { type Desk, desk, root, withGrammar } from '../project.ts'
import { fixtureNames, fixtures, offsetOf } from './fixture.ts'

withGrammar()

/** What an editor without Markdown shows at `|`. */
function shown(path: string, words: string, files: Desk = fixtures()): string {
  const note = hover(files.analyze(path), offsetOf(files.file(path).text, words))
  return note ? plainText(note.blocks) : ''
}

const ROOT = 'founding-case/k3-demo.c'
const LINUX = 'founding-case/k3-demo-linux.c'

describe('a region shows what becomes of it at every stage', () => {
  test('the memory reserved for the inmate is in no PVU entry of the root', () => {
    const note = shown(ROOT, '.phys_start = 0x8|a0000000')
    expect(note).toContain('[0x8a0000000, 0x900000000) 1.5 GiB')
    expect(note).toMatch(/^after +CPU +DMA, ARM SMMU v3 +DMA, PVU IOMMU$/m)
    expect(note).toMatch(/^enable +k3-demo rwx \(1×1 GiB, 256×2 MiB\) .* nobody$/m)
    expect(note).toMatch(/^create +k3-demo-linux rwx .* stream 3 of k3-demo-linux \(1×1 GiB, 1×512 MiB\) in TLB 3/m)
    expect(note).toMatch(/^set_loadable +k3-demo rwx; k3-demo-linux rwx .* stream 3 of k3-demo-linux$/m)
    expect(note).toMatch(/^destroy +k3-demo rwx .* nobody$/m)
    expect(note).toContain('lacks JAILHOUSE_MEM_DMA')
  })
  test('with the flag the devices of the root keep it', () => {
    const note = shown('dma-kept/k3-demo.c', '.phys_start = 0x8|a0000000')
    expect(note).toMatch(/^create .*stream 2 of k3-demo; stream 3 of k3-demo-linux/m)
    expect(note).toMatch(/^start .*stream 2 of k3-demo; stream 3 of k3-demo-linux/m)
  })
  test('the same from the side of the inmate', () => {
    expect(shown(LINUX, '.phys_start = 0x8|a0000000')).toMatch(
      /^start +k3-demo-linux rwx .* stream 3 of k3-demo-linux$/m,
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
    expect(note).toContain('JAILHOUSE_MEM_DMA = 0x8')
    expect(note).toContain('Here: entered for stream 3 at create')
  })
  test('a field says where it lies in the binary', () => {
    expect(shown(ROOT, '.vpci_irq|_base')).toMatch(/vpci_irq_base \(offset 0x1b4 of the \.cell, 4 bytes\)/)
  })
  test('an address stays an address, a size is readable', () => {
    expect(shown(ROOT, '.phys_start = 0x8|a0000000')).toMatch(/^mem_regions\[17\]\.phys_start = 0x8a0000000$/m)
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
    expect(note).toContain('interrupts 136 (SPI 104), 142 (SPI 110), 153 (SPI 121)')
    expect(note).toContain('"k3-demo" gives up SPI 104, 110, 121 at create.')
  })
  test('a full word is told by its runs', () => {
    expect(shown(ROOT, '.pin_bitmap = { 0xffff|ffff')).toContain('interrupts 32–63 (SPI 0–31)')
  })
  test('vpci_irq_base says where INTx goes', () => {
    expect(shown(LINUX, '.vpci_irq_base = 1|95')).toContain('SPI 163 to 166')
  })
  test('a stream id says which IOMMU knows it', () => {
    const note = shown(LINUX, '{ 0x0|003 }')
    expect(note).toMatch(/PVU IOMMU \(units 1, 2, 3\): stream 3 is a virtid: 2 TLB entries of its own, from TLB 3\./)
    expect(note).toContain('ARM SMMU v3 (unit 0): stream 0x3 walks the page tables of "k3-demo"')
  })
  test('a region for DMA says what it costs of the PVU and what is left', () => {
    expect(shown(LINUX, '.phys_start = 0x8|a0000000')).toMatch(/^PVU: 2 of the 128 a cell may have; 126 are left\.$/m)
  })
})

describe('a device says what it leads to', () => {
  test('the sections of a link by their roles', () => {
    const note = shown(LINUX, '.shmem_regions_start = |0')
    expect(note).toMatch(/^\[0\] +state table +\[0x70000000, 0x70001000\) 4 KiB READ ROOTSHARED$/m)
    expect(note).toMatch(/^\[1\] +common, read and write +none$/m)
    expect(note).toMatch(/^\[3\] +output of 1, this cell .*WRITE/m)
  })
  test('who else is on a link, and which interrupt it raises', () => {
    expect(shown(LINUX, '.bdf = |0 << 3')).toContain('Endpoint 1 of 2. Others: endpoint 0 in "k3-demo".')
    expect(shown(LINUX, '.bdf = |0 << 3')).toContain('00:00.0 raises SPI 163, which the cell has.')
    const deaf = fixtures({ [LINUX]: text => text.replace('.vpci_irq_base = 195 - 32', '.vpci_irq_base = 10') })
    expect(shown(LINUX, '.vpci_irq_base = 1|0', deaf)).toContain('SPI 10, which no pin_bitmap of the cell has.')
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
  expect(note).toContain('communication region at [0x80000000, 0x80001000) 4 KiB')
  expect(note).toMatch(/^create +k3-demo-linux rw- at 0x\w+ \(1×4 KiB\)$/m)
  expect(note).not.toMatch(/DMA|does not exist/)
})

test('where no IOMMU asks for the flag the reason is another one', () => {
  const SMMU = 'smmu-v2/mpsoc-linux.c'
  const alone = fixtures({ [SMMU]: text => text.replace(/\.num_stream_ids = .*/, '') })
  const note = shown(SMMU, '.phys_start = 0x8|40000000', alone)
  expect(note).toContain('DMA: no stream ID of "mpsoc-linux" is known to an IOMMU.')
})

test('a region of a cell that is refused says why', () => {
  const note = shown('together/k3-demo-app.c', '.phys_start = 0x|8c8000000')
  expect(note).toMatch(/^"k3-demo-app" is not created: .+\.$/m)
})

test('CPUs say whose they are', () => {
  expect(shown(LINUX, '.cpus = { 0x|2 }')).toMatch(/^cpus\[0\] = 0x2: CPU 1\n\n"k3-demo" gives up CPU 1 at create\.$/)
  expect(shown(ROOT, '.cpus = { 0x|3 }')).toContain('"k3-demo-linux" takes CPU 1 at create.')
})

describe('the name of a field says what it is set to', () => {
  const now = (path: string, words: string) => /^Now: .*$/m.exec(shown(path, words))?.[0]
  test('constants by their names, addresses without a size', () => {
    expect(now(LINUX, '.ty|pe = JAILHOUSE_CON')).toBe('Now: 0x2: JAILHOUSE_CON_TYPE_8250')
    expect(now(ROOT, '.pci_mmconfig|_base')).toBe('Now: 0x76000000')
    expect(now(LINUX, '.na|me')).toBe('Now: "k3-demo-linux", 13 of 32 bytes')
  })
  test('masks by their bits, protocols by their parts, and no shift counts', () => {
    const set = (words: string) => fixtures({ [LINUX]: text => text.replace(/(?<=\.shmem_protocol = )\w+/, words) })
    const shownNow = (words: string, at: string) => /^Now: .*$/m.exec(shown(LINUX, at, set(words)))?.[0]
    expect(shownNow('0xc003', '.shmem_pro|tocol')).toBe(
      'Now: 0xc003: VIRTIO_DEV_CONSOLE | JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK',
    )
    expect(shownNow('0', '.fla|gs = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO,')).toBe(
      'Now: 0x13: JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO',
    )
  })
  test('arrays by their length and what is read of them', () => {
    expect(now(LINUX, '.mem_reg|ions = {')).toBe('Now: 11 elements. The hypervisor reads 11 elements.')
  })
  test('a part of a struct without braces of its own', () => {
    const files = fixtures({
      [ROOT]: text =>
        text.replace(/\.tipvu = \{\s*\.tlb_base = (\w+),\s*\.tlb_size = (\w+),?\s*\}/, '.tipvu.tlb_base = $1'),
    })
    expect(shown(ROOT, '.tipvu.tlb_|base', files)).toContain('tipvu.tlb_base (offset 0x74 of the .cell, 8 bytes)')
  })
})

describe('flags say what they do here', () => {
  const here = (path: string, words: string) => /^Here: .*$/m.exec(shown(path, words))?.[0]
  test('access, loading, sharing', () => {
    expect(here(LINUX, 'JAILHOUSE_MEM_REA|D')).toMatch(/CPUs of "k3-demo-linux" may read after create/)
    expect(here(LINUX, 'JAILHOUSE_MEM_LOADA|BLE')).toBe('Here: the root has it from set_loadable to start.')
    expect(here(LINUX, 'JAILHOUSE_MEM_ROOTSHA|RED')).toBe('Here: the root keeps it after create.')
    expect(here(LINUX, 'JAILHOUSE_MEM_I|O')).toBe('Here: mapped as device memory.')
  })
})

test('fifteen lines are enough everywhere', () => {
  const files = fixtures()
  const long: string[] = []
  for (const path of fixtureNames) {
    const analysis = files.analyze(path)
    for (const { index } of files.file(path).text.matchAll(/\b\w/g)) {
      const note = hover(analysis, index)
      const lines = note ? plainText(note.blocks).split('\n').filter(Boolean) : []
      if (15 < lines.length) long.push(`${path}:${index} ${lines.length}`)
    }
  }
  expect(long).toEqual([])
})

test('nothing where there is nothing to say', () => {
  expect(shown(ROOT, 'st|ruct {')).toBe('')
})

test('Markdown keeps the letters of the file', () => {
  const blocks = [{ kind: 'table' as const, head: ['a'], rows: [['x_y*z|<b>']] }]
  expect(markdown(blocks)).toContain('x\\_y\\*z\\|\\<b\\>')
  expect(plainText(blocks)).toBe('a\nx_y*z|<b>')
})
