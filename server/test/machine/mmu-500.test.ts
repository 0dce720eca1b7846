import { expect, test } from 'vitest'
import { defaultHardware } from '../../src/machine/hardware.ts'
import { mmu500 as driver } from '../../src/machine/iommu/mmu-500.ts'
import { type BoardCell, lastOf, linesOf, outcomeText, pagesOf, playBoard } from './boards.ts'
import { devicesAt, translations } from './who.ts'

const stream = (id: number, mask = 0): number => (mask << 16) | id

const inmate = (sids: readonly number[], more: Partial<BoardCell> = {}): BoardCell => ({
  regions: '0x84000000>0x0+2M rwxl',
  sids,
  ...more,
})

const play = (
  root: readonly number[],
  cells: Readonly<Record<string, BoardCell>>,
  commands: string,
  mmu500 = defaultHardware.mmu500,
) =>
  playBoard(
    {
      iommus: [{ type: driver.type, size: 0x20000 }],
      root: { regions: '0x80000000+256M rwx', sids: root },
      cells,
      hardware: { mmu500 },
    },
    commands,
  )

const check = (machine: ReturnType<typeof play>, expected: readonly string[]) =>
  expect(translations(machine, lastOf(machine))).toEqual([...expected, 'all other streams: blocked'])

test('each stream walks the CPU tables of its cell', () => {
  const machine = play([stream(1)], { a: inmate([stream(2)]) }, 'enable, create a')
  check(machine, ['stream 0x1: CPU tables of root', 'stream 0x2: CPU tables of a'])
  expect(devicesAt(machine, lastOf(machine), 0x84000000n)).toEqual(['stream 0x2 w'])
  expect(devicesAt(machine, lastOf(machine), 0x80000000n)).toEqual(['stream 0x1 w'])
})

test('streams of a cell that does not exist yet fault', () => {
  check(play([stream(1)], { a: inmate([stream(2)]) }, 'enable'), [
    'stream 0x1: CPU tables of root',
    'stream 0x2: blocked',
  ])
})

test('a root without streams has no device that gets through', () => {
  check(play([], { a: inmate([stream(2)]) }, 'enable'), ['stream 0x2: blocked'])
})

test('streams that the root lists in the same words return to it, others fault', () => {
  const machine = play([stream(1), stream(2)], { a: inmate([stream(2), stream(3)]) }, 'enable, create a, destroy a')
  check(machine, ['stream 0x1: CPU tables of root', 'stream 0x2: CPU tables of root', 'stream 0x3: blocked'])
  expect(linesOf(machine)).toEqual([
    'ARM MMU500 at 0xfd000000 with:',
    ' stream matching with 128 SMR groups',
    'Assigning SID 0x1, Mask 0x0 to cell "root"',
    'Assigning SID 0x2, Mask 0x0 to cell "root"',
    'Assigning SID 0x2, Mask 0x0 to cell "a"',
    'Assigning SID 0x3, Mask 0x0 to cell "a"',
    'Assigning SID 0x2 Mask: 0x0 to cell "root"',
  ])
})

test('a narrow stream of an inmate overwrites the wide entry of the root that covers it', () => {
  const play2 = (commands: string) => play([stream(0x200, 0x3f)], { a: inmate([stream(0x202)]) }, commands)
  check(play2('enable'), ['streams 0x200 with mask 0x3f: CPU tables of root'])
  check(play2('enable, create a'), ['stream 0x202: CPU tables of a', 'streams 0x200 with mask 0x3f: blocked'])
  check(play2('enable, create a, destroy a'), ['streams 0x200 with mask 0x3f: blocked', 'stream 0x202: blocked'])
})

test('a stream that overlaps an entry without being part of it refuses the cell', () => {
  const machine = play([stream(0x202)], { a: inmate([stream(0x200, 0x3f)]) }, 'enable, create a')
  expect(machine.stages.map(outcomeText)).toEqual(['done', 'arm_smmu_find_sme: EINVAL'])
})

test('more streams than match registers refuse the cell', () => {
  const machine = play([stream(1), stream(2)], { a: inmate([stream(3)]) }, 'enable, create a', {
    streamMatchGroups: 2,
    contextBanks: 8,
  })
  expect(machine.stages.map(outcomeText)).toEqual(['done', 'arm_smmu_find_sme: EINVAL'])
})

test('what a refused cell took over keeps pointing to its tables, which are gone', () => {
  const cell = inmate([stream(1), stream(0x200, 0x3f)])
  check(play([stream(1), stream(0x202)], { a: cell }, 'enable, create a'), [
    'stream 0x1: abandoned CPU tables of a',
    'stream 0x202: CPU tables of root',
    'streams 0x200 with mask 0x3f: blocked',
  ])
})

test('two inmates that list one stream: the later one has it, and the first to go shuts it', () => {
  const cells = { a: inmate([stream(2)]), b: inmate([stream(2)], { regions: '0x85000000>0x0+2M rwx', cpus: '0x4' }) }
  check(play([], cells, 'enable, create a, create b'), ['stream 0x2: CPU tables of b'])
  check(play([], cells, 'enable, create a, create b, destroy a'), ['stream 0x2: blocked'])
})

test('an id beyond the context banks leaves the streams of the cell without translation', () => {
  const machine = play([stream(1)], { a: inmate([stream(2)], { id: 9 }) }, 'enable, create a', {
    streamMatchGroups: 8,
    contextBanks: 8,
  })
  check(machine, ['stream 0x1: CPU tables of root', 'stream 0x2: blocked'])
})

test('only the low fifteen bits of id and mask count', () => {
  check(play([(0x8001 << 16) | 0x8002], {}, 'enable'), ['streams 0x2 with mask 0x1: CPU tables of root'])
})

test('the match registers take six bytes each of the pool', () => {
  const pages = (streamMatchGroups: number) =>
    pagesOf(lastOf(play([], {}, 'enable', { streamMatchGroups, contextBanks: 8 })), 'MMU-500 stream match registers')
  expect([16, 682, 683].map(pages)).toEqual([1, 1, 2])
})

test('a unit without match registers or without a window stops the enabling', () => {
  expect(outcomeText(lastOf(play([], {}, 'enable', { streamMatchGroups: 0, contextBanks: 8 })))).toBe(
    'arm_smmu_device_cfg_probe: ENODEV',
  )
  const noWindow = playBoard({ iommus: [{ type: driver.type, size: 0 }], root: { regions: '0x0+4K r' } }, 'enable')
  expect(outcomeText(lastOf(noWindow))).toBe('arm_smmu_init: ENOMEM')
})
