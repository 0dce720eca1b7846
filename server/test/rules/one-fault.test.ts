import { describe, expect, test } from 'vitest'
import { foldAlike } from '../../src/rules/fold.ts'
import { helpOf } from '../../src/rules/rule.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'

withGrammar()

/** Errors and warnings that people see of a root and its inmate: code and headline. */
function seen(rootText: string, cellText?: string) {
  const files = desk({ 'board.c': rootText, ...(cellText && { 'board-cell.c': cellText }) })
  const { findings } = files.analyze(cellText ? 'board-cell.c' : 'board.c')
  return foldAlike(findings).filter(({ severity }) => severity === 'error' || severity === 'warning')
}
const words = (...texts: [string, string?]) => seen(...texts).map(({ rule, headline }) => `${rule.code} ${headline}`)

const PASSIVE = '.flags = JAILHOUSE_CELL_PASSIVE_COMMREG, .cpu_reset_address = 0x88000000,'

describe('hypervisor memory beside its alignment', () => {
  const at = (address: string) => root().replace('0x70000000', address)
  test('is told once, with a place that no region of the root has', () => {
    const below = seen(at('0x7fd00000'))
    expect(below.map(({ rule }) => rule.code)).toEqual(['JH240'])
    expect(helpOf(below[0]!)).toBe('move it to 0x7fc00000')
  })
  test('is told without a place where there is none near', () => {
    const found = seen(at('0x88100000'))
    expect(found.map(({ rule }) => rule.code)).toEqual(['JH240', 'JH241'])
    expect(helpOf(found[0]!)).toBe('move it to a multiple of 2 MiB where no region of the root lies')
  })
})

describe('one fault', () => {
  test('of a size that overflows is told where it overflows', () => {
    const text = inmate('a', PASSIVE).replace('.size = 0x1000000', '.size = 0x4000000 * 1024')
    expect(words(root(), text)).toEqual(['JH106 integer overflow: 68719476736 does not fit int'])
  })
  test('of a macro that writes several regions is told once', () => {
    const net = 'JAILHOUSE_SHMEM_NET_REGIONS(0x70000000, 1),'
    const text = inmate('a', PASSIVE, '', '')
      .replace('mem_regions[1]', 'mem_regions[5]')
      .replace('.mem_regions = {', `.mem_regions = { ${net}`)
    expect(words(root(), text).filter(each => each.startsWith('JH242'))).toHaveLength(1)
  })
  test('of a pin_base is not told of the interrupts as well', () => {
    const device = '{ .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = 0, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX, },'
    const text = inmate(
      'a',
      `${PASSIVE} .vpci_irq_base = 100, .num_irqchips = 1, .num_pci_devices = 1,`,
      `.irqchips = { { .address = 0x1800000, .pin_base = 129, .pin_bitmap = { 8 } } }, .pci_devices = { ${device} },`,
      'struct jailhouse_irqchip irqchips[1]; struct jailhouse_pci_device pci_devices[1];',
    )
    const codes = words(root(), text).map(each => each.slice(0, 5))
    expect(codes).toContain('JH401')
    expect(codes).not.toContain('JH420')
  })
})

describe('the console', () => {
  const console = (flags: string) =>
    root(`.flags = 0,`).replace(
      '.hypervisor_memory',
      `.debug_console = { .address = 0x9000000, .size = 0x1000, ${flags} }, .hypervisor_memory`,
    )
  test('of type 8250 says how far apart its registers are', () => {
    const type = '.type = JAILHOUSE_CON_TYPE_8250,'
    const silent = 'JH701 console says nothing of the distance of its registers: it is taken for 1 byte'
    expect(words(console(`${type} .flags = JAILHOUSE_CON_ACCESS_MMIO`))).toEqual([silent])
    for (const distance of [1, 4])
      expect(words(console(`${type} .flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_${distance}`))).toEqual(
        [],
      )
    expect(words(console('.type = JAILHOUSE_CON_TYPE_PL011, .flags = JAILHOUSE_CON_ACCESS_MMIO'))).toEqual([])
  })
  test('of revision 3 has its own flag for that, and registers 4 bytes apart', () => {
    const old = (flags: string) =>
      words(
        `#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))${console(`.flags = JAILHOUSE_CON1_TYPE_8250 ${flags}`).replace(/\.architecture.*|\.flags = 0,|\.gic_version = 3,/g, '')}`,
      )
    expect(old('| JAILHOUSE_CON1_FLAG_MMIO')).toEqual([])
    expect(old('| JAILHOUSE_CON1_FLAG_PIO')).toEqual(['JH701 debug console lacks JAILHOUSE_CON1_FLAG_MMIO'])
  })
  test('of revision 8 is in memory on ARM, too', () => {
    const old = (flags: string) =>
      `#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))${console(`.flags = JAILHOUSE_CON1_TYPE_8250 ${flags}`).replace(/\.architecture.*|\.flags = 0,/g, '')}`
    expect(words(old('| JAILHOUSE_CON1_ACCESS_MMIO | JAILHOUSE_CON1_REGDIST_4'))).toEqual([])
    expect(words(old('| JAILHOUSE_CON1_REGDIST_4'))).toEqual(['JH701 debug console lacks JAILHOUSE_CON1_ACCESS_MMIO'])
    expect(words(old('| JAILHOUSE_CON1_ACCESS_MMIO'))).toEqual([
      'JH701 console says nothing of the distance of its registers: it is taken for 1 byte',
    ])
  })
})
