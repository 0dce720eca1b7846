import { expect, test } from 'vitest'
import { IOMMU_AMD, IOMMU_INTEL } from '../../src/config/constants.ts'
import { defaultHardware, type Hardware } from '../../src/machine/hardware.ts'
import { type BoardCell, type BoardText, lastOf, linesOf, outcomeText, pagesOf, playBoard } from './boards.ts'
import { devicesAt, translations } from './who.ts'

const NIC = 0x10
const SATA = 0xfa
const ROOT: BoardCell = {
  regions: '0x80000000+128M rwxd',
  irqchips: [[0xfec00000n, 0xff00]],
  devices: [
    { bdf: NIC, msi: 1, msix: 5 },
    { bdf: SATA, msi: 1 },
  ],
}
const inmate = (more: Partial<BoardCell> = {}): BoardCell => ({
  regions: '0x84000000>0x0+2M rwxdl',
  devices: [{ bdf: NIC, msi: 1, msix: 5 }],
  irqchips: [[0xfec00000n, 0xff00]],
  ...more,
})

const play = (text: Partial<BoardText>, commands: string, x86: Partial<Hardware['x86']> = {}) =>
  playBoard(
    {
      arch: 'x86',
      memory: ['0x8f000000', '6M'],
      iommus: [{ type: IOMMU_INTEL }],
      root: ROOT,
      hardware: { x86: { ...defaultHardware.x86, ...x86 } },
      ...text,
    },
    commands,
  )

const check = (machine: ReturnType<typeof play>, expected: readonly string[]) =>
  expect(translations(machine, lastOf(machine))).toEqual([...expected, 'all other devices: blocked'])

test('devices walk tables of their own, made for their cell', () => {
  const text = { cells: { a: inmate() } }
  check(play(text, 'enable'), ['device 00:02.0: device tables of root', 'device 00:1f.2: device tables of root'])
  check(play(text, 'enable, create a'), ['device 00:02.0: device tables of a', 'device 00:1f.2: device tables of root'])
  check(play(text, 'enable, create a, destroy a'), [
    'device 00:02.0: device tables of root',
    'device 00:1f.2: device tables of root',
  ])
})

test('a device that nobody lists faults', () => {
  check(play({ root: { ...ROOT, devices: [] }, cells: { a: inmate() } }, 'enable'), ['device 00:02.0: blocked'])
})

test('only regions with the DMA flag are seen', () => {
  const machine = play({ root: { ...ROOT, regions: '0x80000000+16M rwx\n0x82000000+16M rwxd' } }, 'enable')
  expect(devicesAt(machine, lastOf(machine), 0x80000000n)).toEqual([])
  expect(devicesAt(machine, lastOf(machine), 0x82000000n)).toEqual(['device 00:02.0 w', 'device 00:1f.2 w'])
})

test("memory leaves the root's devices with the DMA flag of the inmate's region, and stays without it", () => {
  const reached = (letters: string) => {
    const machine = play({ cells: { a: inmate({ regions: `0x84000000>0x0+2M ${letters}` }) } }, 'enable, create a')
    return devicesAt(machine, lastOf(machine), 0x84000000n)
  }
  expect(reached('rwxd')).toEqual(['device 00:02.0 w'])
  expect(reached('rwx')).toEqual(['device 00:1f.2 w'])
})

test("the root's devices get loadable memory back for loading, and lose it at the start", () => {
  const reached = (commands: string) => {
    const machine = play({ cells: { a: inmate() } }, commands)
    return devicesAt(machine, lastOf(machine), 0x84000000n)
  }
  expect(reached('enable, create a, set_loadable a')).toEqual(['device 00:02.0 w', 'device 00:1f.2 w'])
  expect(reached('enable, create a, set_loadable a, start a')).toEqual(['device 00:02.0 w'])
})

test('the communication region with DMA shows what lies at its phys_start', () => {
  const machine = play({ cells: { a: inmate({ regions: '0x0>0x100000+4K rwcd' }) } }, 'enable, create a')
  expect(devicesAt(machine, lastOf(machine), 0x0n)).toEqual(['device 00:02.0 w'])
})

test('an address beyond the width of the units refuses a region with DMA only', () => {
  const outcome = (regions: string, x86: Partial<Hardware['x86']> = {}) =>
    outcomeText(lastOf(play({ root: { ...ROOT, regions } }, 'enable', x86)))
  expect(outcome('0x8000000000+4K rwd')).toBe('iommu_map_memory_region: E2BIG')
  expect(outcome('0x8000000000+4K rwx')).toBe('done')
  expect(outcome('0x7ffffff000+2M rwxd')).toBe('done')
  expect(outcome('0x8000000000+4K rwxd', { vtdLevels: 4 })).toBe('done')
  expect(outcome('0x1000000000000+4K rwd', { vtdLevels: 4 })).toBe('iommu_map_memory_region: E2BIG')
})

test('interrupts are reserved for the pins of I/O APICs and the vectors of devices', () => {
  expect(linesOf(play({ cells: { a: inmate() } }, 'enable, create a'))).toEqual([
    'DMAR unit @0xfd000000/0x1000',
    'Reserving 24 interrupt(s) for device ff:00.0 at index 0',
    'Adding PCI device 00:02.0 to cell "root"',
    'Reserving 5 interrupt(s) for device 00:02.0 at index 24',
    'Adding PCI device 00:1f.2 to cell "root"',
    'Reserving 1 interrupt(s) for device 00:1f.2 at index 29',
    'Removing PCI device 00:02.0 from cell "root"',
    'Freeing 5 interrupt(s) for device 00:02.0 at index 24',
    'Adding PCI device 00:02.0 to cell "a"',
    'Reserving 5 interrupt(s) for device 00:02.0 at index 24',
  ])
})

test('more vectors than vtd_interrupt_limit has in a row are refused', () => {
  const outcome = (vtd_interrupt_limit: number, cells = {}) =>
    play({ x86: { vtd_interrupt_limit }, cells }, 'enable').stages.map(outcomeText)
  expect(outcome(30)).toEqual(['done'])
  expect(outcome(29)).toEqual(['vtd_reserve_int_remap_region: E2BIG'])
  expect(outcome(0)).toEqual(['vtd_reserve_int_remap_region: E2BIG'])
  expect(outcome(32769)).toEqual(['vtd_init: EINVAL'])
  const gap = inmate({ devices: [{ bdf: NIC, msi: 6 }] })
  expect(
    play({ x86: { vtd_interrupt_limit: 30 }, cells: { a: gap } }, 'enable, create a').stages.map(outcomeText),
  ).toEqual(['done', 'vtd_reserve_int_remap_region: E2BIG'])
})

test("entries of an inmate's I/O APIC stay reserved when the inmate is gone", () => {
  const a = inmate({ devices: [], irqchips: [[0xfec10000n, 0xff01]] })
  const limit = { vtd_interrupt_limit: 54 }
  const b = inmate({ devices: [{ bdf: 0x20, msi: 1 }] })
  const outcomes = play({ x86: limit, cells: { a, b } }, 'enable, create a, destroy a, create b').stages.map(
    outcomeText,
  )
  expect(outcomes.at(-1)).toBe('vtd_reserve_int_remap_region: E2BIG')
})

test('units of other kinds, ids beyond the domains and a missing unit are refused', () => {
  const outcome = (text: Partial<BoardText>, x86: Partial<Hardware['x86']> = {}) =>
    play({ ...text, cells: { a: inmate({ id: 16 }) } }, 'enable, create a', x86).stages.map(outcomeText)
  expect(outcome({}, { vtdDomains: 16 })[1]).toBe('vtd_cell_init: ERANGE')
  expect(outcome({ iommus: [{ type: IOMMU_INTEL }, { type: IOMMU_AMD }] })[0]).toBe('vtd_init: EINVAL')
  expect(outcome({ iommus: [] }, { vendor: 'intel' })[0]).toBe('vtd_init: EINVAL')
})

test('memory: remapping table, queue and window a unit, a root table a cell, a context table a bus', () => {
  const text = {
    iommus: [{ type: IOMMU_INTEL }, { type: IOMMU_INTEL }],
    root: { ...ROOT, devices: [{ bdf: 0x10 }, { bdf: 0x18 }, { bdf: 0x210 }] },
    x86: { vtd_interrupt_limit: 300 },
  }
  const machine = play(text, 'enable')
  const of = (what: string) => pagesOf(lastOf(machine), what)
  expect([
    of('VT-d interrupt remapping table'),
    of('VT-d invalidation queues'),
    of('root of the VT-d page tables'),
    of('VT-d context tables'),
  ]).toEqual([2, 2, 1, 2])
  // the APIC, two units of four pages, the I/O APIC
  expect(lastOf(machine).state.pool.remapUsed).toBe(10)
})

test('the context table of a bus is freed with its last device', () => {
  const cells = { a: inmate({ devices: [{ bdf: 0x310 }] }) }
  const machine = play({ cells }, 'enable, create a, destroy a')
  expect(machine.stages.map(stage => pagesOf(stage, 'VT-d context tables'))).toEqual([1, 2, 1])
})

test('where Linux remaps interrupts already, its table is copied and the unit trapped', () => {
  const machine = play({}, 'enable', { linuxIrEntries: 65536 })
  expect(pagesOf(lastOf(machine), "copy of Linux's interrupt remapping")).toBe(64)
  expect(lastOf(machine).state.cells[0]?.mmio.regions.map(({ handler }) => handler)).toEqual(['VT-d unit', 'I/O APIC'])
})

test('a life of an inmate gives everything back', () => {
  const machine = play({ cells: { a: inmate() } }, 'enable, create a, destroy a, create a, start a, destroy a')
  const used = machine.stages.map(({ state }) => state.pool.used)
  expect(used[5]).toBe(used[2])
  expect(machine.stages.map(outcomeText)).toEqual(Array.from({ length: 6 }, () => 'done'))
})
