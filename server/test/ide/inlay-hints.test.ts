import { expect, test } from 'vitest'
import { HINT_KINDS, type HintKind, inlayHints } from '../../src/ide/inlay-hints.ts'
import type { Desk } from '../project.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'
import { fixtures } from './fixture.ts'

withGrammar()

const ROOT = 'k3-dma/k3-demo.c'
const LINUX = 'k3-dma/k3-demo-linux.c'

/** Every hint of the kinds with what stands in front of it on its line. */
function shown(path: string, kinds: readonly HintKind[], files: Desk = fixtures()): readonly string[] {
  const { text } = files.file(path)
  const all = { file: files.file(path), start: 0, end: text.length }
  return inlayHints(files.analyze(path), new Set(kinds), all).map(({ offset, text: words }) => {
    const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
    return `${line.trim()}«${words}»`
  })
}

test('a region says its index and size, a macro the indices of all it makes', () => {
  expect(shown(ROOT, ['regions'])).toEqual(
    expect.arrayContaining([
      'JAILHOUSE_SHMEM_NET_REGIONS(0x70000000, 0)«[0–3]»',
      '/* RAM reserved for the Linux inmate: no DMA here */ {«[17] 1.5 GiB»',
    ]),
  )
})

test('a macro that makes one region has index and size behind it', () => {
  expect(shown('dma-swapped/k3-demo-linux.c', ['regions'])).toEqual([
    'MMIO(0x02810000, 0x1000)«[0] 4 KiB»',
    '/* Linux loader */ {«[1] 64 KiB»',
    '/* RAM */ {«[2] 1.5 GiB»',
    'COMM_REGION(0x80000000)«[3] 4 KiB»',
  ])
})

test('the flag for DMA says what the devices of the cell get by it', () => {
  expect(shown(LINUX, ['dma'])).toEqual(['JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE«DMA → PVU 2 entries»'])
})

test('nothing is said of DMA where no IOMMU stands between', () => {
  expect(shown('b.c', ['dma'], desk({ 'b.c': root() }))).toEqual([])
})

test('a word of interrupts says which they are', () => {
  expect(shown(LINUX, ['interrupts'])).toEqual([
    '.pin_bitmap = { 0, 0, 0, 1 << (104 - 96) | 1 << (110 - 96) | 1 << (121 - 96)«SPI 104, 110, 121»',
    '.pin_bitmap = { 0, 0xf << (163 - 160)«SPI 163–166»',
    '.pin_bitmap = { 0, 0xf << (163 - 160), 1 << (193 - 192)«SPI 193»',
  ])
})

test('a shared-memory device says which regions are its own', () => {
  expect(shown(LINUX, ['sharedMemory'])).toEqual(['.shmem_regions_start = 0«regions 0–3»'])
})

test('an expression says its value, unless it is a list of flags', () => {
  const values = shown(LINUX, ['values'])
  expect(values).toContain('.vpci_irq_base = 195 - 32«= 163»')
  expect(values).toContain('.num_memory_regions = ARRAY_SIZE(config.mem_regions)«= 11»')
  expect(values.filter(words => /flags/.test(words))).toEqual([])
})

test('a macro that stands for several values says none', () => {
  const text = `#define BOTH .phys_start = 0x1000 + 1, .virt_start = 0x2000 + 1\n${inmate('a')}`.replace(
    '.phys_start = 0x88000000, .virt_start = 0x88000000',
    'BOTH',
  )
  expect(shown('a.c', ['values'], desk({ 'a.c': text })).filter(words => /BOTH/.test(words))).toEqual([])
})

test('only what is in sight is answered', () => {
  const files = fixtures()
  const at = files.file(ROOT).text.indexOf('0x8a0000000')
  const within = { file: files.file(ROOT), start: at - 200, end: at + 10 }
  const hints = inlayHints(files.analyze(ROOT), new Set(HINT_KINDS), within)
  expect(hints.map(({ text }) => text)).toEqual(['[17] 1.5 GiB'])
})
