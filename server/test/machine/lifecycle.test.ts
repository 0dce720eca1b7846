import { expect, test } from 'vitest'
import { boot } from '../../src/machine/boot.ts'
import { pageOf } from '../../src/machine/memory.ts'
import { walk } from '../../src/machine/paging/runs.ts'
import { stageText } from '../../src/machine/queries/stage-text.ts'
import { play, type SystemText, system } from './scenarios.ts'

/** What a person sees of a machine, without the lines every enable prints, and those of cells that begin at no memory. */
function stages(system: SystemText, commands: string, expected: string): void {
  const text = stageText(play(system, commands))
    .split('\n')
    .filter(line => !/\| (Initializing unit|Activating|Adding|FATAL: instruction abort|Parking CPU)/.test(line))
  const lines = expected.split('\n').slice(1, -1)
  const indent = Math.min(...lines.map(line => line.length - line.trimStart().length))
  expect(text).toEqual(lines.map(line => line.slice(indent)))
}

const board: SystemText = {
  root: { sids: [2], regions: '0x80000000+64M rwxd\n 0xa0000000+32M rwxl' },
  cells: { A: { sids: [3], regions: '0xa0000000+32M rwxdl\n 0>0x7fff0000+4K rwc' } },
}

test('memory that root keeps out of the PVU moves between the cells and back', () => {
  stages(
    board,
    'enable, create A, set_loadable A, start A, shutdown A, destroy A, disable',
    `
    enable
      + cpu root 0x80000000..0x84000000
      + cpu root 0xa0000000..0xa2000000
      + dma root 0x80000000..0x84000000 stream 2, unit 0
    create A
      | WARNING: PVU cannot unmap memory at runtime for cell root
      | Created cell "A"
      - cpu root 0xa0000000..0xa2000000
      + cpu A 0xa0000000..0xa2000000
      + dma A 0xa0000000..0xa2000000 stream 3, unit 0
    set_loadable A
      | Cell "A" can be loaded
      + cpu root 0xa0000000..0xa2000000
    start A
      | WARNING: PVU cannot unmap memory at runtime for cell root
      | Started cell "A"
      - cpu root 0xa0000000..0xa2000000
    shutdown A
      | Cell "A" can be loaded
      + cpu root 0xa0000000..0xa2000000
    destroy A
      | Closing cell "A"
      - cpu A 0xa0000000..0xa2000000
      - dma A 0xa0000000..0xa2000000 stream 3, unit 0
    disable
      | Shutting down hypervisor
      - cpu root 0x80000000..0x84000000
      - cpu root 0xa0000000..0xa2000000
      - dma root 0x80000000..0x84000000 stream 2, unit 0
    `,
  )
})

test("memory in root's PVU stays there silently when a bare-metal inmate without DMA takes it (F6)", () => {
  stages(
    { root: { sids: [2], regions: '0x80000000+64M rwxd' }, cells: { A: { regions: '0x82000000+2M rwx' } } },
    'enable, create A',
    `
    enable
      + cpu root 0x80000000..0x84000000
      + dma root 0x80000000..0x84000000 stream 2, unit 0
    create A
      | Created cell "A"
      - cpu root 0x82000000..0x82200000
      + cpu A 0x82000000..0x82200000
    `,
  )
})

test('stream ID 0 is never flushed: its entries outlive the cell and block the next create (F7)', () => {
  stages(
    { ...board, cells: { A: { sids: [0], regions: '0xa0000000+32M rwxd' } } },
    'enable, create A, destroy A, create A',
    `
    enable
      + cpu root 0x80000000..0x84000000
      + cpu root 0xa0000000..0xa2000000
      + dma root 0x80000000..0x84000000 stream 2, unit 0
    create A
      | WARNING: PVU cannot unmap memory at runtime for cell root
      | Created cell "A"
      - cpu root 0xa0000000..0xa2000000
      + cpu A 0xa0000000..0xa2000000
      + dma A 0xa0000000..0xa2000000 stream 0, unit 0
    destroy A
      | Closing cell "A"
      - cpu A 0xa0000000..0xa2000000
      + cpu root 0xa0000000..0xa2000000
    create A: -EINVAL in pvu_iommu_cell_init: stream ID 0 is already in use
    `,
  )
})

test('several stream IDs with a chain each end in BUG() (F3)', () => {
  stages(
    {
      root: { regions: '0x80000000+64M rw' },
      cells: { A: { sids: [1, 2, 3, 4], regions: '0x80000000>0x1000+512K rwd' } },
    },
    'enable, create A, destroy A',
    `
    enable
      + cpu root 0x80000000..0x84000000
    create A: crash in pvu_tlb_alloc: 128 entries for each of the stream IDs 1, 2, 3, 4 of "A" chain more TLBs than there are
      | WARNING: PVU cannot unmap memory at runtime for cell root
      | FATAL: Unhandled HYP exception: synchronous abort from EL2
      | Stopping CPU 0 (Cell: "root")
      - cpu root 0x80000000..0x80080000
      + dma A 0x80000000..0x80080000 at 0x1000 stream 1, unit 0
      + dma A 0x80000000..0x80080000 at 0x1000 stream 2, unit 0
      + dma A 0x80000000..0x80080000 at 0x1000 stream 3, unit 0
      + dma A 0x80000000..0x80058000 at 0x1000 stream 4, unit 0
    `,
  )
})

test('a hole in root keeps what lies behind it mapped', () => {
  stages(
    {
      root: { regions: '0x40000000+1G rwx\n 0+64K rw' },
      memory: ['0x100000000', '4M'],
      parange: 40,
      cells: { A: { regions: '0x3ff00000+2M rwx' } },
    },
    'enable, create A',
    `
    enable
      + cpu root 0x0..0x10000
      + cpu root 0x40000000..0x80000000
    create A
      | Created cell "A"
      + cpu A 0x3ff00000..0x40100000
    `,
  )
})

test("a root region that is not mapped one to one keeps the inmate's memory (F23)", () => {
  stages(
    { root: { regions: '0x80000000>0x90000000+64M rw' }, cells: { A: { regions: '0x80000000+2M rwx' } } },
    'enable, create A',
    `
    enable
      + cpu root 0x80000000..0x84000000 at 0x90000000
    create A
      | Created cell "A"
      + cpu A 0x80000000..0x80200000
    `,
  )
})

test('an ARM root without RAM at its own addresses, or without write access, freezes as it goes on', () => {
  const outcome = (regions: string) => {
    const [enable] = play({ root: { regions } }, 'enable').stages
    return enable && 'reason' in enable.outcome ? `${enable.outcome.kind}: ${enable.outcome.reason}` : 'done'
  }
  expect(outcome('0x80000000+64M rwx')).toBe('done')
  expect(outcome('0x80000000>0x90000000+64M rwx')).toBe(
    'hung: the RAM of the root is not at its own addresses: "FATAL: instruction abort"',
  )
  expect(outcome('0x80000000+64M rx')).toBe('hung: the root may not read and write its RAM: "Unhandled data write"')
  expect(outcome('0x80000800+64M rwx')).toBe(
    'hung: the RAM of the root is a sub-page region, which is not mapped: "FATAL: instruction abort"',
  )
})

test.each([
  ['behind the last address', '0xfffffffffffff000+8K rws', 'crashed'],
  ['up to the last address', '0xffffffffffffe000+8K rws', 'done'],
])('a region that reaches %s stops the hypervisor as it is unmapped, not before', (_where, region, destroyed) => {
  const { stages: played } = play(
    { root: { regions: '0x80000000+64M rwx' }, cells: { A: { regions: `0x80000000>0x0+2M rwx\n${region}` } } },
    'enable, create A, start A, destroy A',
  )
  expect(played.map(({ outcome }) => outcome.kind)).toEqual(['done', 'done', 'done', destroyed])
})

test('loadable memory that is shared with root is lost to root at the first start', () => {
  stages(
    { root: { regions: '0x80000000+64M rwx' }, cells: { A: { regions: '0x80000000+2M rwxls' } } },
    'enable, create A, set_loadable A, start A, destroy A',
    `
    enable
      + cpu root 0x80000000..0x84000000
    create A
      | Created cell "A"
      + cpu A 0x80000000..0x80200000
    set_loadable A
      | Cell "A" can be loaded
    start A
      | Started cell "A"
      - cpu root 0x80000000..0x80200000
    destroy A
      | Closing cell "A"
      - cpu A 0x80000000..0x80200000
    `,
  )
})

/** What each command answers. */
const outcomes = (system: SystemText, commands: string): readonly string[] =>
  play(system, commands).stages.map(({ outcome }) =>
    outcome.kind === 'refused' ? `${outcome.errno} ${outcome.by}` : outcome.kind,
  )

const two: SystemText = {
  root: { regions: '0x80000000+64M rwx' },
  cells: {
    A: { regions: '0x80000000+2M rwxl', cpus: '0x2' },
    B: { regions: '0x80000000+2M rwxl', cpus: '0x2' },
    C: { regions: '0x81000000+2M rwxl', cpus: '0x4' },
  },
}

test.each([
  ['create A', ['EINVAL jailhouse create']],
  ['enable, enable', ['done', 'EBUSY jailhouse_cmd_enable']],
  ['enable, start A', ['done', 'ENOENT cell_management_prologue']],
  ['enable, create A, create A', ['done', 'done', 'EEXIST jailhouse_cmd_cell_create']],
  ['enable, create A, create B', ['done', 'done', 'EBUSY jailhouse_cmd_cell_create']],
  ['enable, create A, start A, start A, shutdown A, shutdown A', ['done', 'done', 'done', 'done', 'done', 'done']],
  ['enable, create A, start A, cell_state A 1, create C', ['done', 'done', 'done', 'done', 'EPERM cell_create']],
  [
    'enable, create A, create C, start A, cell_state A 1, destroy C, destroy A, destroy C',
    ['done', 'done', 'done', 'done', 'done', 'EPERM cell_management_prologue', 'done', 'done'],
  ],
  ['enable, create A, disable, enable, create A', ['done', 'done', 'done', 'done', 'done']],
] as const)('%s', (commands, expected) => {
  expect(outcomes(two, commands)).toEqual(expected)
})

test('a cell is not created with the id of another', () => {
  const { scenario, hardware, cells } = system(two)
  const [a, c] = [cells.get('A')!, cells.get('C')!]
  const created = (ids: readonly [number, number]) =>
    boot(scenario, {
      hardware,
      ids: new Map([
        [a, ids[0]],
        [c, ids[1]],
      ]),
      commands: [{ verb: 'enable' }, { verb: 'create', cell: a }, { verb: 'create', cell: c }],
    }).stages.at(-1)?.outcome
  expect(created([7, 7])).toMatchObject({ kind: 'refused', errno: 'EEXIST', by: 'cell_create' })
  expect(created([7, 8])).toMatchObject({ kind: 'done' })
})

test('memory comes back to where the root has it, not one to one', () => {
  const { stages: all } = play(
    {
      root: { regions: '0x80000000+64M rwx\n0xa0000000>0xb0000000+2M rwi' },
      cells: { A: { regions: '0x80000000+2M rwx\n0xa0000000+2M rwi' } },
    },
    'enable, create A, destroy A',
  )
  expect(all.map(({ outcome }) => outcome.kind)).toEqual(['done', 'done', 'done'])
  const { mm } = all.at(-1)!.state.cells[0]!
  const physAt = (address: bigint) => walk(mm, pageOf(address, mm.format))?.phys
  expect(physAt(0xb0000000n)).toBe(pageOf(0xa0000000n, mm.format))
  expect(physAt(0xa0000000n)).toBeUndefined()
})

test('by default all cells live through everything together', () => {
  const names = play(two).stages.map(({ command }) =>
    'cell' in command ? `${command.verb} ${command.cell.name}` : command.verb,
  )
  expect(names.slice(0, 7)).toEqual([
    'enable',
    'create A',
    'create B',
    'create C',
    'set_loadable A',
    'set_loadable B',
    'set_loadable C',
  ])
  expect(names.at(-1)).toBe('disable')
})

test('a cell that is asked but has no place to answer hangs the hypervisor', () => {
  const { stages: played } = play(
    { ...two, cells: { A: { regions: '0x80000000>0x0+2M rwx', isActive: true } } },
    'enable, create A, start A, shutdown A',
  )
  expect(played.at(-1)?.outcome).toMatchObject({ kind: 'hung', by: 'cell_exchange_message' })
})

test('a cell that gave up over the version of its communication region never answers', () => {
  const regions = '0x80000000+2M rwx\n0x0>0x90000000+4K rwc'
  const { stages: played } = play(
    { ...two, cells: { A: { regions, isActive: true } } },
    'enable, create A, start A, cell_state A 4, shutdown A',
  )
  expect(played.at(-1)?.outcome).toMatchObject({ kind: 'hung', by: 'cell_exchange_message' })
})

test('root list piles up until loading fails and destroying loses memory (F5)', () => {
  const pile: SystemText = {
    root: { sids: [2], regions: '0x80000000+64M rwd' },
    cells: { A: { sids: [3], regions: '0x80000000+2044K rwdl' } },
  }
  const rounds = ['enable', ...Array.from({ length: 3 }, () => 'create A, set_loadable A, start A, destroy A')]
  const { stages: played } = play(pile, rounds.join(', '))
  const lines = played.map(({ command, outcome, console }) => ({
    verb: command.verb,
    errno: outcome.kind === 'refused' ? outcome.errno : undefined,
    lost: console.some(({ topic }) => topic === 'remap-failed'),
  }))
  expect(lines.filter(({ errno, lost }) => errno || lost)).toEqual([
    { verb: 'destroy', errno: undefined, lost: true },
    { verb: 'set_loadable', errno: 'EINVAL', lost: false },
    { verb: 'destroy', errno: undefined, lost: true },
  ])
})

test.each([
  ['one CPU, nothing at its reset address', '0x80000000+2M rwx', '0x8', 3, 'Parking CPU 3 (Cell: "A")'],
  ['another that waits to be turned on', '0x80000000+2M rwx', '0xc', 0, 'Parking CPU 2 (Cell: "A")'],
  ['memory where it begins', '0x80000000>0x0+2M rwx', '0x8', 0, undefined],
  ['less than a page where it begins', '0x80000000>0x0+2K rwx', '0x8', 3, 'Parking CPU 3 (Cell: "A")'],
])('started with %s', (_what, regions, cpus, state, parking) => {
  const { stages: played } = play(
    { root: { cpus: '0xf', regions: '0x80000000+64M rwx' }, cells: { A: { cpus, regions } } },
    'enable, create A, start A',
  )
  expect(played.at(-1)?.state.cells[1]?.cell_state).toBe(state)
  expect(
    played.at(-1)?.console.find(({ topic, text }) => topic === 'cpu-parked' && text.startsWith('Parking'))?.text,
  ).toBe(parking)
})

test('a region that is cut into more entries than the list of a cell has is refused by that number', () => {
  const scattered = { ...board, cells: { A: { sids: [3], regions: '0xa0001000+1048568K rwxd' } } }
  expect(stageText(play(scattered, 'enable, create A'))).toContain(
    'create A: -EINVAL in pvu_iommu_map_memory: it takes more than the 128 entries left of 128',
  )
})
