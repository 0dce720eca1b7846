import { expect, test } from 'vitest'
import { defaultHardware } from '../../src/machine/hardware.ts'
import { smmuV3 as driver, smmuV3State } from '../../src/machine/iommu/smmu-v3.ts'
import { tiPvu } from '../../src/machine/iommu/ti-pvu.ts'
import { type BoardCell, lastOf, outcomeText, pagesOf, playBoard } from './boards.ts'
import { devicesAt, translations } from './who.ts'

const RAM = '0x80000000+256M rwx'
const inmate = (sids: readonly number[], more: Partial<BoardCell> = {}): BoardCell => ({
  regions: '0x84000000>0x0+2M rwxl',
  sids,
  ...more,
})

const play = (root: readonly number[], cell: BoardCell, commands: string, smmuV3 = defaultHardware.smmuV3) =>
  playBoard(
    {
      iommus: [{ type: driver.type, size: 0x20000 }],
      root: { regions: RAM, sids: root },
      cells: { a: cell },
      hardware: { smmuV3 },
    },
    commands,
  )

const check = (machine: ReturnType<typeof play>, expected: readonly string[]) =>
  expect(translations(machine, lastOf(machine))).toEqual(expected)

test("every listed stream walks the root cell's tables, whoever it belongs to", () => {
  check(play([2], inmate([3]), 'enable, create a'), [
    'stream 0x2: CPU tables of root',
    'stream 0x3: CPU tables of root',
    'streams 0x0 to 0xff that no cell lists: bypass',
    'all other streams: blocked',
  ])
})

test("an inmate's stream cannot reach the inmate's own memory, but all of the root's", () => {
  const machine = play([2], inmate([3]), 'enable, create a, start a')
  expect(devicesAt(machine, lastOf(machine), 0x84000000n)).not.toContain('stream 0x3 w')
  expect(devicesAt(machine, lastOf(machine), 0x80000000n)).toContain('stream 0x3 w')
})

test('flags of regions do not matter: memory without DMA is reached as well', () => {
  const machine = play([2], inmate([3]), 'enable')
  expect(devicesAt(machine, lastOf(machine), 0x80000000n)).toContain('stream 0x2 w')
})

test('streams of a block nobody listed fault until somebody does', () => {
  check(play([2], inmate([0x103]), 'enable'), [
    'stream 0x2: CPU tables of root',
    'stream 0x103: blocked',
    'streams 0x0 to 0xff that no cell lists: bypass',
    'all other streams: blocked',
  ])
})

test('a stream bypasses after its cell is destroyed while others use its block', () => {
  check(play([2], inmate([3]), 'enable, create a, destroy a'), [
    'stream 0x2: CPU tables of root',
    'stream 0x3: bypass',
    'streams 0x0 to 0xff that no cell lists: bypass',
    'all other streams: blocked',
  ])
})

test('taking over a stream of the root and giving it back leaves it in bypass', () => {
  check(play([2], inmate([2]), 'enable, create a, destroy a'), [
    'stream 0x2: bypass',
    'streams 0x0 to 0xff that no cell lists: bypass',
    'all other streams: blocked',
  ])
})

test('a cell that another unit refuses has taken the stream already, and leaves it in bypass', () => {
  const tipvu = { tlb_base: 0x36000000n, tlb_size: 0x40000 }
  const machine = playBoard(
    {
      iommus: [
        { type: driver.type, size: 0x20000 },
        { type: tiPvu.type, tipvu },
      ],
      root: { regions: '0x80000000+256M rwxd', sids: [2] },
      cells: { a: inmate([2]) },
    },
    'enable, create a',
  )
  expect(machine.stages.map(outcomeText)).toEqual(['done', 'pvu_iommu_cell_init: EINVAL'])
  const ofRoot = machine.stages.map(stage => translations(machine, stage).find(text => text.startsWith('stream 0x2:')))
  expect(ofRoot).toEqual(['stream 0x2: CPU tables of root', 'stream 0x2: bypass'])
})

test('disabling leaves the unit as it is: its tables lie in memory that is handed back', () => {
  const machine = play([2], inmate([3]), 'enable, disable')
  expect(smmuV3State(lastOf(machine).state).devices.map(({ translated }) => [...translated.keys()])).toEqual([[2]])
})

test('a block without users costs four pages at every destroy', () => {
  const machine = play([2], inmate([0x2003]), 'enable, create a, destroy a, create a, destroy a')
  expect(machine.stages.map(stage => pagesOf(stage, 'SMMUv3 blocks of 256 streams'))).toEqual([4, 8, 4, 8, 4])
  expect(machine.stages.map(stage => pagesOf(stage, 'leaked: SMMUv3 blocks without users'))).toEqual([0, 0, 4, 4, 8])
})

test('memory of queues and tables: two levels by the number of stream bits, or one linear table', () => {
  const pages = (smmuV3: typeof defaultHardware.smmuV3): readonly number[] => {
    const stage = lastOf(play([2], inmate([3]), 'enable', smmuV3))
    return [
      pagesOf(stage, 'SMMUv3 queues'),
      pagesOf(stage, 'SMMUv3 stream tables'),
      pagesOf(stage, 'SMMUv3 first-level descriptors'),
      pagesOf(stage, 'SMMUv3 blocks of 256 streams'),
    ]
  }
  expect(pages({ twoLevel: true, sidBits: 16 })).toEqual([2, 1, 2, 4])
  expect(pages({ twoLevel: true, sidBits: 8 })).toEqual([2, 4, 0, 0])
  expect(pages({ twoLevel: false, sidBits: 12 })).toEqual([2, 64, 0, 0])
})

test('in a linear table every stream that nobody lists bypasses', () => {
  check(play([2], inmate([300]), 'enable', { twoLevel: false, sidBits: 9 }), [
    'stream 0x2: CPU tables of root',
    'stream 0x12c: bypass',
    'streams that no cell lists: bypass',
  ])
})

test('streams beyond the table are never translated', () => {
  expect(translations(...both(play([2, 0x20000], inmate([3]), 'enable')))).toContain('stream 0x20000: blocked')
})

test('a table of more than 25 bits of streams is announced as too small', () => {
  const machine = playBoard(
    {
      memory: ['0x8e000000', '32M'],
      iommus: [{ type: driver.type }],
      root: { regions: RAM, sids: [2] },
      hardware: { smmuV3: { twoLevel: true, sidBits: 32 } },
    },
    'enable',
  )
  expect(machine.stages[0]?.console.map(({ text }) => text)).toContain(
    'WARN: SMMU 2-level strtab only covers 25/32 bits of SID',
  )
})

test('a pool without room for a block refuses the cell', () => {
  const streams = Array.from({ length: 300 }, (_, n) => n * 256)
  const machine = play([2], inmate(streams, { regions: '0x84000000>0x0+2M rwxl' }), 'enable, create a')
  expect(machine.stages.map(outcomeText)).toEqual(['done', 'arm_smmu_init_l2_strtab: ENOMEM'])
})

test('a unit of no size is written through a null pointer', () => {
  const machine = playBoard({ iommus: [{ type: driver.type, size: 0 }], root: { regions: RAM } }, 'enable')
  expect(machine.stages.map(outcomeText)).toEqual(['arm_smmuv3_init: crash'])
})

function both(machine: ReturnType<typeof play>): Parameters<typeof translations> {
  return [machine, lastOf(machine)]
}
