import { describe, expect, test } from 'vitest'
import { hover } from '../../src/ide/hover.ts'
import { markdown, plainText } from '../../src/ide/note.ts'
import { withGrammar } from '../project.ts'
import { fixtures, offsetOf } from './fixture.ts'

withGrammar()

/** What an editor without Markdown shows at `|`. */
function shown(path: string, words: string): string {
  const desk = fixtures()
  const note = hover(desk.analyze(path), offsetOf(desk.file(path).text, words))
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
    expect(shown(ROOT, 'ARRAY|_SIZE(config.mem_regions)')).toContain('Number of elements of an array')
  })
})

test('nothing where there is nothing to say', () => {
  expect(shown(ROOT, 'st|ruct {')).toBe('')
})

test('Markdown keeps the letters of the file', () => {
  const blocks = [{ kind: 'table' as const, head: ['a'], rows: [['x_y*z|<b>']] }]
  expect(markdown(blocks)).toContain('x\\_y\\*z\\|\\<b\\>')
  expect(plainText(blocks)).toBe('a\nx_y*z|<b>')
})
