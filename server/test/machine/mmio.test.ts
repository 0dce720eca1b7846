import { beforeEach, expect, test } from 'vitest'
import type { Cell, Draft, Hypervisor, MmioRegion } from '../../src/machine/hypervisor.ts'
import { mmio_region_register, mmio_region_unregister } from '../../src/machine/mmio.ts'

/** The dispatcher of one cell by itself: how much it holds, and what an address finds in it. */

let hv: Hypervisor
let cell: Draft<Cell>
beforeEach(() => {
  hv = { generation: {}, console: [] } as unknown as Hypervisor
  cell = { max_mmio_regions: 3, mmio: { generation: {}, regions: [] }, config: { name: 'a' } } as unknown as Draft<Cell>
})

const region = (start: bigint, size = 0x100n): MmioRegion => ({ start, size, handler: 'subpage' })
const register = (...starts: readonly bigint[]) => {
  for (const start of starts) mmio_region_register(hv, cell, region(start))
}
const starts = () => cell.mmio.regions.map(({ start }) => start)

test('it holds as many regions as it was made for, sorted, and warns of the next', () => {
  register(0x3000n, 0x1000n)
  register(0x2000n)
  expect(starts()).toEqual([0x1000n, 0x2000n, 0x3000n])
  expect(hv.console).toEqual([])
  register(0x500n)
  expect(starts()).toEqual([0x1000n, 0x2000n, 0x3000n])
  expect(hv.console).toHaveLength(1)
})

test.each([
  [0x2000n, [0x1000n, 0x3000n]],
  [0x20ffn, [0x1000n, 0x3000n]],
  [0x1fffn, [0x1000n, 0x2000n, 0x3000n]],
  [0x2100n, [0x1000n, 0x2000n, 0x3000n]],
  [0x1000n, [0x2000n, 0x3000n]],
  [0x30ffn, [0x1000n, 0x2000n]],
  [0x3100n, [0x1000n, 0x2000n, 0x3000n]],
])('unregistering the byte at %s leaves %s', (address, left) => {
  register(0x1000n, 0x2000n, 0x3000n)
  mmio_region_unregister(hv, cell, address)
  expect(starts()).toEqual(left)
})

test('a region that starts where another does stands behind it', () => {
  const [first, second] = [region(0x1000n, 0x100n), region(0x1000n, 0x200n)]
  register(0x2000n)
  for (const each of [first, second]) mmio_region_register(hv, cell, each)
  expect(cell.mmio.regions.slice(0, 2)).toEqual([first, second])
})

test('another command changes an array of its own', () => {
  register(0x1000n)
  const before = cell.mmio
  hv = { ...hv, generation: {} } as unknown as Hypervisor
  register(0x2000n)
  expect(before.regions).toHaveLength(1)
  expect(starts()).toEqual([0x1000n, 0x2000n])
})
