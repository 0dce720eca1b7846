import { describe, expect, test } from 'vitest'
import { textOf } from '../../src/text/source-file.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'

withGrammar()

/** Errors and warnings of one rule in a root or an inmate. */
const said = (code: string, text: string): readonly string[] =>
  desk({ 'board.c': text })
    .analyze('board.c')
    .findings.filter(({ rule, severity }) => rule.code === code && severity !== 'hint')
    .map(({ headline }) => headline)

const device = (bdf: string, rest = '') => `{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = ${bdf}, ${rest} },`
const withDevices = (devices: readonly string[], info = '', caps = '') =>
  root(
    `.num_pci_devices = ${devices.length}, ${caps && '.num_pci_caps = 4,'}`,
    `.pci_devices = { ${devices.join(' ')} }, ${caps}`,
    `struct jailhouse_pci_device pci_devices[${devices.length}]; ${caps && 'struct jailhouse_pci_capability pci_caps[4];'}`,
  ).replace('.platform_info.arm', `.platform_info.pci_mmconfig_base = 0x40000000, ${info} .platform_info.arm`)

describe('a device of the root', () => {
  const four = ['0x8', '0x10', '0x18', '0x20']
  test('of another domain than all others is told', () => {
    const of = (domains: readonly number[]) => four.map((bdf, i) => device(bdf, `.domain = ${domains[i]}`))
    expect(said('JH503', withDevices(of([1, 1, 2, 1])))).toEqual([
      'domain 2 of 00:03.0 is not that of all other devices (1)',
    ])
    expect(said('JH503', withDevices(of([1, 1, 2, 2])))).toEqual([])
    expect(said('JH503', withDevices(of([1, 1, 1, 1])))).toEqual([])
  })
  test('stands on a bus of the configuration space', () => {
    const on = (last: number) => withDevices([device('0x108')], `.platform_info.pci_mmconfig_end_bus = ${last},`)
    expect(said('JH503', on(0))).toEqual(['01:01.0 is on bus 1, but pci_mmconfig_end_bus is 0'])
    expect(said('JH503', on(1))).toEqual([])
  })
  test('has the capabilities that are listed', () => {
    const caps = '.pci_caps = { { .id = 1 }, { .id = 16 }, { .id = 1 }, { .id = 16 } },'
    const with2 = (start: number, count: number) =>
      withDevices(
        [
          device('0x8', '.caps_start = 0, .num_caps = 2'),
          device('0x10', `.caps_start = ${start}, .num_caps = ${count}`),
        ],
        '',
        caps,
      )
    expect(said('JH510', with2(2, 2))).toEqual([])
    expect(said('JH510', with2(3, 1))).toEqual(['capability 2 in pci_caps is of no device'])
    expect(said('JH510', with2(2, 1))).toEqual(['capability 3 in pci_caps is of no device'])
    const help = (text: string) =>
      desk({ 'board.c': text })
        .analyze('board.c')
        .findings.find(({ rule }) => rule.code === 'JH510')?.help
    expect(help(with2(3, 1))).toBe('check num_caps of 00:01.0 and caps_start of 00:02.0')
    expect(help(with2(2, 1))).toBe('check num_caps of 00:02.0')
  })
})

describe('a list of capabilities with one too many', () => {
  const MSI = '{ .id = 5, .start = 0x50, .len = 10, .flags = 1 },'
  const MSIX = '{ .id = 17, .start = 0x90, .len = 12, .flags = 1 },'
  const PM = (start: string, flags = 1) => `{ .id = 1, .start = ${start}, .len = 8, .flags = ${flags} },`
  const listed = (caps: readonly string[], lastCount = 2) =>
    root(
      `.num_pci_devices = 2, .num_pci_caps = ${caps.length},`,
      `.pci_devices = {
         ${device('0x8', '.caps_start = 0, .num_caps = 2, .num_msi_vectors = 1')}
         ${device('0x10', `.caps_start = 2, .num_caps = ${lastCount}, .num_msix_vectors = 4`)}
       }, .pci_caps = { ${caps.join(' ')} },`,
      `struct jailhouse_pci_device pci_devices[2]; struct jailhouse_pci_capability pci_caps[${caps.length}];`,
    )
  const both = (caps: readonly string[], lastCount?: number) => [
    ...said('JH510', listed(caps, lastCount)),
    ...said('JH512', listed(caps, lastCount)),
  ]
  const right = [PM('0x40'), MSI, PM('0x80'), MSIX]
  test('names it, and no device that is said to have another one by it', () => {
    expect(both(right)).toEqual([])
    for (const at of [0, 1, 2])
      expect(both(right.toSpliced(at, 0, PM('0x44', 0)))).toEqual([
        `capability ${at} shifts those behind it to other devices`,
      ])
    expect(both(right.toSpliced(1, 0, PM('0x40')))).toEqual(['capability 1 shifts those behind it to other devices'])
  })
  test('has none where its last device counts too few', () => {
    expect(both(right, 1)).toEqual(['capability 3 in pci_caps is of no device'])
  })
  test('is said to be too long where it is, and nothing of what its devices then have', () => {
    const text = listed(right.toSpliced(0, 0, PM('0x44', 0))).replace('pci_caps[5]', 'pci_caps[4]')
    expect([...said('JH510', text), ...said('JH512', text)]).toEqual([])
    expect(said('JH109', text)).toHaveLength(1)
  })
})

test('links of a cell that is granted none of their interrupts are told once, with the pin_base that would do', () => {
  const link = (slot: number) =>
    `{ .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = ${slot} << 3, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX, },`
  const cell = (base: number) =>
    inmate(
      'a',
      '.vpci_irq_base = 100, .num_irqchips = 1, .num_pci_devices = 2,',
      `.irqchips = { { .address = 0x1800000, .pin_base = ${base}, .pin_bitmap = { 0x30 } } }, .pci_devices = { ${link(0)} ${link(1)} },`,
      'struct jailhouse_irqchip irqchips[1]; struct jailhouse_pci_device pci_devices[2];',
    )
  expect(said('JH420', cell(128))).toEqual([])
  expect(said('JH420', cell(160))).toEqual(['interrupts 132, 133 of 00:00.0 and 00:01.0 are not granted to this cell'])
})

describe('a fault that may stand at either of two places shows the other one', () => {
  const places = (code: string, text: string) =>
    desk({ 'board.c': text })
      .analyze('board.c')
      .findings.filter(({ rule }) => rule.code === code)
      .flatMap(({ related = [] }) => related.map(({ span, text }) => `${text}: ${textOf(span)}`))
  test('an interrupt, the word of the bitmap that would grant it', () => {
    const cell = (pins: string) =>
      inmate(
        'a',
        '.vpci_irq_base = 100, .num_irqchips = 1, .num_pci_devices = 2,',
        `.irqchips = { { .address = 0x1800000, .pin_base = 128, .pin_bitmap = { ${pins} } } }, .pci_devices = {
           { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = 0 << 3, },
           { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = 1 << 3, },
         },`,
        'struct jailhouse_irqchip irqchips[1]; struct jailhouse_pci_device pci_devices[2];',
      )
    expect(places('JH420', cell('0x10'))).toContain('interrupt 133 would be granted here: 0x10')
    expect(places('JH420', cell('0x1'))).toContain('interrupt 132 would be granted here: 0x1')
  })
  test('an ID, the section that is writable', () => {
    const cell = inmate(
      'a',
      '.num_memory_regions = 4, .num_pci_devices = 1,',
      `.mem_regions = { JAILHOUSE_SHMEM_NET_REGIONS(0x60000000, 0), }, .pci_devices = {
         { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .shmem_dev_id = 1, .shmem_peers = 2, .shmem_protocol = 1 },
       },`,
      'struct jailhouse_memory mem_regions[4]; struct jailhouse_pci_device pci_devices[1];',
    )
    expect(places('JH527', cell)).toEqual([
      'the writable section, of peer 0: JAILHOUSE_SHMEM_NET_REGIONS(0x60000000, 0)',
    ])
  })
})
