import { describe, expect, test } from 'vitest'
import { foldAlike } from '../../src/rules/fold.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'

withGrammar()

/** Errors and warnings that people see of a root and its inmate: code, file and headline. */
function words(rootText: string, cellText?: string): readonly string[] {
  const files = desk({ 'board.c': rootText, ...(cellText && { 'board-cell.c': cellText }) })
  const findings = ['board.c', ...(cellText ? ['board-cell.c'] : [])].flatMap(path =>
    foldAlike(files.analyze(path).findings),
  )
  const all = findings
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ rule, headline, span }) => `${rule.code} ${span.file.uri.includes('-cell') ? 'cell' : 'root'}: ${headline}`)
  return [...new Set(all)]
}
const codes = (...texts: [string, string?]) => words(...texts).map(each => each.slice(0, 10))

const PASSIVE = '.flags = JAILHOUSE_CELL_PASSIVE_COMMREG,'
const READ = 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED'
const region = (start: string, size = '0x1000', flags = READ) =>
  `{ .phys_start = ${start}, .virt_start = ${start}, .size = ${size}, .flags = ${flags} },`
const WRITE = 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_ROOTSHARED'

/** The five regions of a link of two peers, one page each, for the end with this number. */
const sections = (base: number, id: number, sizes: readonly string[] = []) =>
  [READ, WRITE, ...[0, 1].map(peer => (peer === id ? WRITE : READ))]
    .map((flags, i) => region(`0x${(base + i * 0x1000).toString(16)}`, sizes[i], flags))
    .join('\n')
const link = (bdf: number, start: number, id = 0) =>
  `{ .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = ${bdf} << 3, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX,
     .shmem_regions_start = ${start}, .shmem_dev_id = ${id}, .shmem_peers = 2, },`

function withLinks(text: string, regions: readonly string[], devices: readonly string[], pins = '0x3'): string {
  const count = regions.join('').split('.phys_start').length + (regions.join('').includes('NET_REGIONS') ? 4 : 0)
  return text
    .replace('mem_regions[1];', `mem_regions[${count}];`)
    .replace('.mem_regions = {', `.mem_regions = { ${regions.join('\n')}`)
    .replace(
      /\n};\s*$/,
      `.irqchips = { { .address = 0x1800000, .pin_base = 128, .pin_bitmap = { ${pins} } } }, .pci_devices = { ${devices.join('')} },\n};\n`,
    )
    .replace(
      '} __attribute__',
      `struct jailhouse_irqchip irqchips[1]; struct jailhouse_pci_device pci_devices[${devices.length}]; } __attribute__`,
    )
    .replace(
      '.num_memory_regions',
      `.vpci_irq_base = 96, .num_irqchips = 1, .num_pci_devices = ${devices.length}, .num_memory_regions`,
    )
}

const virtualHost = (text: string) =>
  text.replace(
    '.platform_info.arm',
    '.platform_info.pci_mmconfig_base = 0x40000000, .platform_info.pci_is_virtual = 1, .platform_info.arm',
  )
const cell = (regions: readonly string[], devices: readonly string[], pins?: string) =>
  withLinks(inmate('a', PASSIVE), regions, devices, pins)

describe('a link', () => {
  test('with one wrong size is reported once', () => {
    const of = (...sizes: string[]) => words(root(), cell([sections(0x84000000, 1, sizes)], [link(0, 0, 1)]))
    const size = (found: readonly string[]) => found.filter(each => each.startsWith('JH522'))
    expect(size(of())).toEqual([])
    expect(size(of('0x1000', '0x200'))).toEqual(['JH522 cell: common section of 00:00.0 is not page-aligned'])
    expect(size(of('0x1000', '0x1000', '0x200'))).toEqual([
      'JH522 cell: output section 0 of 00:00.0 is not page-aligned',
    ])
  })
  test('behind a link that lost a region is not charged as well', () => {
    const first = (id: number) => sections(0x84000000, id)
    const lost = first(1).replace(/\{ \.phys_start = 0x84002000.*\n/, '')
    const found = words(root(), cell([lost, sections(0x85000000, 1)], [link(0, 0, 1), link(1, 4, 1)]))
    expect(found.filter(each => each.startsWith('JH527'))).toEqual([
      'JH527 cell: 1 region of the link of 00:00.0 is missing',
    ])
  })
  test('that a region listed twice has moved follows from that', () => {
    const twice = region('0x86000000')
    const found = codes(root(), cell([twice, twice, sections(0x84000000, 1)], [link(0, 1, 1)]))
    expect(found).toContain('JH202 cell')
    expect(found).not.toContain('JH527 cell')
  })
  test('of which one end lies over other memory of its cell is reported at that end', () => {
    const ofRoot = (base: number) =>
      virtualHost(withLinks(root(), [sections(base, 0)], [link(0, 0)]).replace('.pin_base = 128', '.pin_base = 32'))
    const other = cell([sections(0x7f000000, 1)], [link(0, 0, 1)])
    const memory = (base: number) => words(ofRoot(base), other).filter(each => /^JH(563|202)/.test(each))
    expect(memory(0x7f000000)).toEqual([])
    expect(memory(0x7e000000)).toEqual(['JH563 cell: state table of 00:00.0 differs from that in the root cell'])
    expect(memory(0x81000000)).toContain('JH563 root: state table of 00:00.0 differs from that in "a"')
  })
  test('of which a section is elsewhere is unmapped from the root all the same', () => {
    const ofRoot = virtualHost(
      withLinks(root(), [sections(0x7f000000, 0), sections(0x7e000000, 0)], [link(0, 0), link(1, 4)]),
    )
    const seen = (base: number, state = READ) =>
      words(ofRoot, cell([sections(base, 1).replace(READ, state)], [link(0, 0, 1)])).filter(each =>
        /^JH56[36]/.test(each),
      )
    const alone = 'JAILHOUSE_MEM_READ'
    const differs = 'JH563 cell: state table of 00:00.0 differs from that in the root cell'
    const unmapped = 'JH566 cell: state table of 00:00.0 is unmapped from the root cell'
    expect(seen(0x7f000000)).toEqual([])
    expect(seen(0x7f000000, alone)).toEqual([unmapped])
    expect(seen(0x7e001000)).toEqual([differs])
    expect(seen(0x7e001000, alone).toSorted()).toEqual([differs, unmapped])
  })
  test('that begins where another one does has its own sections', () => {
    const two = [sections(0x84000000, 1), 'JAILHOUSE_SHMEM_NET_REGIONS(0x85000000, 1),']
    const net = (start: number) =>
      link(1, start, 1).replace('.shmem_peers', '.shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH, .shmem_peers')
    const found = (start: number) =>
      words(root(), cell(two, [link(0, 0, 1), net(start)])).filter(each => /^JH52[57]/.test(each))
    expect(found(4)).toEqual([])
    expect(found(0)).toEqual(['JH527 cell: the link of 00:01.0 begins at region 4, not 0'])
  })
})

describe('interrupts', () => {
  const GIC = '.irqchips = { { .address = 0x1800000, .pin_base = 128, .pin_bitmap = { 0xffffffff } },'
  const board = (second: number) =>
    root(
      '.num_irqchips = 2,',
      `${GIC} { .address = 0x1800000, .pin_base = ${second}, .pin_bitmap = { 0xffffffff } } },`,
      'struct jailhouse_irqchip irqchips[2];',
    )
  const other = inmate(
    'a',
    `${PASSIVE} .num_irqchips = 1,`,
    '.irqchips = { { .address = 0x1800000, .pin_base = 256, .pin_bitmap = { 0x10 } } },',
    'struct jailhouse_irqchip irqchips[1];',
  )
  test('of a root of which two entries have the same are reported once', () => {
    const seen = (base: number) => words(board(base), other).filter(each => /^JH4/.test(each))
    expect(seen(256)).toEqual([])
    expect(seen(160)).toEqual(['JH403 root: interrupts from 160 on are in irqchips 0 and 1'])
  })
  test('that an entry of an inmate has 32 too far are reported once', () => {
    const devices = [link(0, 0, 1)]
    const at = (base: number) =>
      words(
        virtualHost(board(256)),
        cell([sections(0x84000000, 1)], devices, '0x1').replace('.pin_base = 128', `.pin_base = ${base}`),
      ).filter(each => /^JH4/.test(each))
    expect(at(128)).toEqual([])
    expect(at(96)).toEqual(['JH420 cell: interrupt 128 of 00:00.0 is not granted to this cell'])
  })
})

test('CPUs that a root with a GICv2 cannot have are reported there alone', () => {
  const v2 = (cpus: string) =>
    root()
      .replace('.gic_version = 3', '.gic_version = 2')
      .replace('.gicr_base = 0x1900000', '.gicc_base = 0x1910000, .gich_base = 0x1920000, .gicv_base = 0x1930000')
      .replace('{ 0xf }', `{ ${cpus} }`)
  expect(codes(v2('0x100001'), inmate('a', PASSIVE)).filter(each => /^JH6/.test(each))).toEqual(['JH603 root'])
  expect(codes(v2('0x1'), inmate('a', PASSIVE)).filter(each => /^JH6/.test(each))).toEqual(['JH660 cell'])
})

test('a device that the root does not list is not charged for the IOMMU as well', () => {
  const device = '{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x8 },'
  const text = (cells: string) => cells
  const listing = (make: typeof root) => (name: string) =>
    make(name, `.pci_devices = { ${device} },`, 'struct jailhouse_pci_device pci_devices[1];')
  const board = virtualHost(listing(root)('.num_pci_devices = 1,'))
  const other = inmate(
    'a',
    `${PASSIVE} .num_pci_devices = 1,`,
    `.pci_devices = { ${device} },`,
    'struct jailhouse_pci_device pci_devices[1];',
  )
  const seen = (rootText: string) => codes(text(rootText), other).filter(each => /^JH(308|560)/.test(each))
  expect(seen(board)).toEqual(['JH308 cell'])
  expect(seen(root())).toEqual(['JH560 cell'])
})

test('ports of the console of length 0 are reported once', () => {
  const x86 = inmate(
    'a',
    `${PASSIVE} .num_pio_regions = 1, .console = { .address = 0x3f8, .type = JAILHOUSE_CON_TYPE_8250, .flags = JAILHOUSE_CON_ACCESS_PIO },`,
    '.pio_regions = { PIO_RANGE(0x3f8, 0) },',
    'struct jailhouse_pio pio_regions[1];',
  ).replace('JAILHOUSE_ARM64', 'JAILHOUSE_X86')
  const seen = (text: string) => codes(text).filter(each => /^JH7[01]/.test(each))
  expect(seen(x86)).toEqual(['JH710 root'])
  expect(seen(x86.replace('0x3f8, 0)', '0x2f8, 8)'))).toEqual(['JH702 root'])
})

test('a number without 0x is not charged for its alignment as well', () => {
  const at = (start: string) => inmate('a', PASSIVE).replace('.phys_start = 0x88000000', `.phys_start = ${start}`)
  const numbers = (start: string) => codes(root(), at(start)).filter(each => /^JH(139|204)/.test(each))
  expect(numbers('0x88000000')).toEqual([])
  expect(numbers('88000000')).toEqual(['JH139 cell'])
  expect(numbers('0x88000010')).toEqual(['JH204 cell'])
})

test('a region that has come to lie over several is reported once', () => {
  const seen = (start: string, order: readonly number[]) => {
    const regions = [region('0x81000000'), region('0x81001000', '0x3000'), region(start, '0x2000')]
    const text = withLinks(inmate('a', PASSIVE), [order.map(i => regions[i]).join('\n')], [])
    return words(root(), text).filter(each => each.startsWith('JH202'))
  }
  expect(seen('0x81004000', [0, 1, 2])).toEqual([])
  for (const order of [
    [0, 1, 2],
    [2, 0, 1],
    [0, 2, 1],
  ])
    expect(seen('0x81000000', order)).toHaveLength(1)
})

test('a region that finds no room is not missed as well', () => {
  const communication = '{ .virt_start = 0x80000000, .size = 0x1000, .flags = JAILHOUSE_MEM_COMM_REGION }'
  const listed = (length: number, own: string) => {
    const text = inmate('a', `${PASSIVE} .console = { .address = 0x9000000, .type = JAILHOUSE_CON_TYPE_PL011 },`)
    const sized = text
      .replace('mem_regions[1]', `mem_regions[${length}]`)
      .replace(/(\n {4}\},)(?=\n {2}\},)/, `$1${own}`)
    return codes(root(), sized).filter(each => /^JH(109|227)/.test(each))
  }
  expect(listed(1, '')).toEqual(['JH227 cell'])
  expect(listed(2, communication)).toEqual([])
  expect(listed(1, communication)).toEqual(['JH109 cell'])
})
