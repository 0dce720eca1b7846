import { expect, test } from 'vitest'
import { smmuV3 } from '../../src/machine/iommu/smmu-v3.ts'
import { isDmaRestricted } from '../../src/machine/queries/reach.ts'
import { type BoardText, lastOf, outcomeText, pagesOf, playBoard } from './boards.ts'
import { devicesAt } from './who.ts'

const play = (regions: string, commands = 'enable', more: Partial<BoardText> = {}) =>
  playBoard({ arch: 'arm', memory: ['0x7f000000', '4M'], root: { regions }, ...more }, commands)

const leavesOf = (regions: string) => lastOf(play(regions)).state.cells[0]?.mm.leaves

test('the second stage has three levels and no leaves of 1 GiB', () => {
  expect(leavesOf('0x40000000+1G rwx')?.slice(0, 2)).toEqual([0, 512])
})

test('guest addresses have 32 bits, physical ones 40', () => {
  const machine = play('0x8800000000>0x80000000+2M rw')
  expect(machine.stages.map(outcomeText)).toEqual(['done'])
  expect(lastOf(machine).state.cells[0]?.mm.leaves[1]).toBe(1)
})

test('no unit is driven on 32-bit arm, so nothing restricts DMA', () => {
  const machine = play('0x40000000+512M rwx', 'enable', { iommus: [{ type: smmuV3.type }] })
  expect(isDmaRestricted(lastOf(machine).state)).toBe(false)
  expect(devicesAt(machine, lastOf(machine), 0x40000000n)).toEqual(['every device w'])
})

test('an inmate lives and gives everything back', () => {
  const cells = { a: { regions: '0x44000000>0x0+64K rwxl\n0x0>0x80000000+4K rwc' } }
  const { stages } = play('0x40000000+512M rwx', 'enable, create a, set_loadable a, start a, destroy a', { cells })
  expect(stages.map(outcomeText)).toEqual(Array.from({ length: 5 }, () => 'done'))
  const [before, , , , after] = stages.map(({ state }) => state.pool.used)
  // the 2 MiB leaf around the inmate stays split
  expect((after ?? 0) - (before ?? 0)).toBe(1)
})

test('what a cell takes: three pages of its own, one root table', () => {
  const cells = { a: { regions: '0x44000000>0x0+64K rwxl' } }
  const created = lastOf(play('0x40000000+512M rwx', 'enable, create a', { cells }))
  expect(pagesOf(created, 'cell structure and configuration')).toBe(3)
  expect(pagesOf(created, 'root of the second-stage page tables')).toBe(2)
})
