import { expect, test } from 'vitest'
import { IOMMU_AMD, IOMMU_INTEL } from '../../src/config/constants.ts'
import { FAILED, RUNNING } from '../../src/machine/hypervisor.ts'
import { walk } from '../../src/machine/paging/runs.ts'
import { type BoardCell, type BoardText, lastOf, outcomeText, pagesOf, playBoard } from './boards.ts'

const ROOT: BoardCell = { regions: '0x80000000+128M rwxd', irqchips: [[0xfec00000n, 0xff00]] }

const play = (text: Partial<BoardText>, commands: string, type = IOMMU_INTEL) =>
  playBoard({ arch: 'x86', memory: ['0x8f000000', '8M'], iommus: [{ type }], root: ROOT, ...text }, commands)

const inmate = (more: Partial<BoardCell> = {}): BoardCell => ({
  regions: '0x84000000>0x0+2M rwx',
  irqchips: [[0xfec00000n, 0xff00]],
  ...more,
})

const portsOf = (root: BoardCell['ports'], cell: BoardCell['ports'], commands: string, pm_timer_address = 0) => {
  const text = {
    x86: { pm_timer_address },
    root: { ...ROOT, ports: root ?? [] },
    cells: { a: inmate({ ports: cell ?? [] }) },
  }
  return lastOf(play(text, commands)).state.cells.map(({ ports = [] }) =>
    ports.map(({ start, end }) => `${start.toString(16)}-${(end - 1).toString(16)}`).join(' '),
  )
}

test('ports of an inmate are taken from the root, and come back where both list them', () => {
  expect(portsOf([[0x3f8, 8]], [[0x3fc, 16]], 'enable')).toEqual(['3f8-3ff'])
  expect(portsOf([[0x3f8, 8]], [[0x3fc, 16]], 'enable, create a')).toEqual(['3f8-3fb', '3fc-40b'])
  expect(portsOf([[0x3f8, 8]], [[0x3fc, 16]], 'enable, create a, destroy a')).toEqual(['3f8-3ff'])
})

test('the PM timer is open to everybody, but a cell that lists it takes it from the root', () => {
  expect(portsOf([], [], 'enable, create a', 0x608)).toEqual(['608-60b', '608-60b'])
  expect(portsOf([], [[0x608, 4]], 'enable, create a', 0x608)).toEqual(['', '608-60b'])
})

test('the command port of the keyboard controller always traps', () => {
  expect(portsOf([[0x60, 8]], [], 'enable')).toEqual(['60-63 65-67'])
})

test('a cell that listed the command port gives it to the root without the trap', () => {
  expect(portsOf([[0x60, 8]], [[0x60, 8]], 'enable, create a, destroy a')).toEqual(['60-67'])
})

test('the page of the local APIC is mapped in every cell, unless a region covers it', () => {
  const apic = (text: Partial<BoardText>, type: number) =>
    lastOf(play(text, 'enable, create a', type)).state.cells.map(({ mm }) => {
      const found = walk(mm, 0xfee00)
      return found && [found.leaf.grant.kind, found.leaf.grant.flags]
    })
  const cells = { a: inmate() }
  expect(apic({ cells }, IOMMU_INTEL)).toEqual([
    ['apic', 3n],
    ['apic', 3n],
  ])
  expect(apic({ cells }, IOMMU_AMD)).toEqual([
    ['device', 1n],
    ['device', 1n],
  ])
  expect(apic({ cells: { a: inmate({ regions: '0xfee00000+4K rw' }) } }, IOMMU_INTEL)[1]).toEqual(['region', 3n])
})

test('what x86 takes of the pool: I/O bitmaps by vendor, parking tables, five pages of a cell', () => {
  const pages = (type: number) => {
    const stage = lastOf(play({ cells: { a: inmate() } }, 'enable, create a', type))
    return ['I/O bitmap', 'page tables of parked CPUs', 'cell structure and configuration'].map(what =>
      pagesOf(stage, what),
    )
  }
  expect(pages(IOMMU_INTEL)).toEqual([4, 4, 5])
  expect(pages(IOMMU_AMD)).toEqual([6, 4, 5])
})

test('leaves are as large as EPT says; NPT has all sizes', () => {
  const leaves = (type: number) =>
    lastOf(
      play(
        {
          root: { ...ROOT, regions: '0x100000000+1G rwx' },
          hardware: { x86: { vendor: 'intel', pages1G: false, pages2M: true, vtdLevels: 3 } },
        },
        'enable',
        type,
      ),
    ).state.cells[0]?.mm.leaves.slice(1, 3)
  expect(leaves(IOMMU_INTEL)).toEqual([0, 512])
  expect(leaves(IOMMU_AMD)).toEqual([1, 0])
})

test('leaves without READ take tables, and everybody takes them for empty entries', () => {
  const { stages } = play(
    {
      root: { ...ROOT, regions: '0x80000000+128M rwxd\n0x140000000+2M wx' },
      cells: { a: inmate({ regions: '0x140000000>0x0+4K rwx' }) },
    },
    'enable, create a, destroy a',
  )
  const rootAt = (page: number) => stages.map(({ state }) => walk(state.cells[0]!.mm, page) !== undefined)
  expect(rootAt(0x140000)).toEqual([false, false, false])
  const tables = stages.map(({ state }) => state.cells[0]?.mm.tables)
  // Without a leaf there is nothing to split, and a table that holds nothing else counts as empty.
  expect(tables[1]).toBe((tables[0] ?? 0) - 1)
})

test('I/O APICs: mapped once, trapped for each cell, pins from 0', () => {
  const machine = play({ cells: { a: inmate() } }, 'enable, create a')
  expect(lastOf(machine).state.cells.map(({ mmio }) => mmio.regions.map(({ handler }) => handler))).toEqual([
    ['I/O APIC'],
    ['I/O APIC'],
  ])
  const wrong = play({ cells: { a: inmate({ irqchips: [[0xfec00000n, 0xff00, 32]] }) } }, 'enable, create a')
  expect(outcomeText(lastOf(wrong))).toBe('ioapic_cell_init: EINVAL')
  expect(pagesOf(lastOf(wrong), 'leaked: I/O APIC lists of refused cells')).toBe(1)
})

test('a cell that traps nothing has no room for a table of trapped regions', () => {
  const machine = play({ cells: { a: inmate({ irqchips: [] }) } }, 'enable, create a')
  expect(outcomeText(lastOf(machine))).toBe('mmio_cell_init: ENOMEM')
})

test('CPU 0 stays with the root: Linux cannot get it back', () => {
  const machine = play({ cells: { a: inmate({ cpus: '0x1' }) } }, 'enable, create a')
  expect(outcomeText(lastOf(machine))).toBe('jailhouse_cmd_cell_create: EINVAL')
  expect(lastOf(machine).state.pool).toEqual(machine.stages[0]?.state.pool)
})

test('a root whose memory nobody may execute freezes when enable returns to it', () => {
  const outcome = (regions: string, type = IOMMU_INTEL) =>
    outcomeText(lastOf(play({ root: { ...ROOT, regions } }, 'enable', type)))
  expect(outcome('0x80000000+128M rwd')).toBe('vcpu_handle_mmio_access: crash')
  expect(outcome('0x80000000+128M rwd', IOMMU_AMD)).toBe('vcpu_handle_mmio_access: crash')
  expect(outcome('0x80000000+128M rwd\n0x70000000+4K rx')).toBe('done')
})

test.each([
  ['memory where it begins', '0x84000000>0x0+2M rwx', []],
  [
    'nothing where it begins',
    '0x84000000>0x200000+2M rwx',
    ['FATAL: unable to get MMIO instruction', 'FATAL: Invalid MMIO/RAM read, addr: 0x0000000000000000 size: 0'],
  ],
  ['no code there', '0x84000000>0x0+2M rw', ['FATAL: Invalid MMIO/RAM read, addr: 0x0000000000000000 size: 0']],
])('an inmate that is started with %s', (_what, regions, said) => {
  const { state, console: lines } = lastOf(play({ cells: { a: inmate({ regions }) } }, 'enable, create a, start a'))
  const parking = said.length > 0 ? [expect.stringMatching(/^Parking CPU \d+ \(Cell: "a"\)$/)] : []
  expect(lines.filter(({ topic }) => topic === 'cpu-parked').map(({ text }) => text)).toEqual([...said, ...parking])
  expect(state.cells[1]?.cell_state).toBe(said.length > 0 ? FAILED : RUNNING)
})
