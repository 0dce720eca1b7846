import { expect, test } from 'vitest'
import { type CellConfig, cellOf, type Irqchip } from '../../src/config/model.ts'
import { chipsTwice } from '../../src/config/pins.ts'
import { allPins } from '../../src/rules/interrupts/all-pins.ts'
import { irqchipTwice } from '../../src/rules/interrupts/irqchip-twice.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'

/** A rule that compares each element with each asks some of them thousands of times, and yields nothing meanwhile. */

withGrammar()

const COUNT = 1000

/** A cell with so many entries of different interrupts, and how often their address was asked for. */
function withChips(cell: CellConfig) {
  let asked = 0
  const irqchips = Array.from({ length: COUNT }, (_, index) => ({
    index,
    id: 0,
    pin_base: 32 * index,
    pin_bitmap: [1, 0, 0, 0],
    get address() {
      asked++
      return 0x1800000n
    },
  }))
  return { cell: { ...cell, irqchips: irqchips as unknown as readonly Irqchip[] }, asked: () => asked }
}

const scenario = () =>
  desk({ 'board.c': root(), 'board-a.c': inmate('a') }).analyze('board-a.c').simulations[0]!.scenario

test('of many entries of irqchips each is looked up among the others', () => {
  const { cell, asked } = withChips(cellOf(scenario().cells[0]!))
  expect([...irqchipTwice.check(cell)]).toEqual([])
  expect(asked()).toBeLessThan(10 * COUNT)
})

test('entries that overlap are found by their place, each with one other', () => {
  const { cell, asked } = withChips(cellOf(scenario().cells[0]!))
  const irqchips = cell.irqchips.map(({ index }) => ({ ...cell.irqchips[index]!, pin_base: 64 + (index % 4) * 40 }))
  const pairs = chipsTwice({ ...cell, irqchips })
  expect(asked()).toBeLessThan(10 * COUNT)
  expect(pairs).toHaveLength(COUNT - 1)
  for (const [other, chip] of pairs) {
    expect(other.index).toBeLessThan(chip.index)
    expect(Math.abs(other.pin_base - chip.pin_base)).toBeLessThan(128)
  }
  expect(
    chipsTwice({ ...cell, irqchips: [32, 160, 0, 288].map(pin_base => ({ ...cell.irqchips[0]!, pin_base })) }),
  ).toHaveLength(1)
})

test('those of an inmate are looked up among those of the root cell', () => {
  const { root: system, cells } = scenario()
  const [of, own] = [withChips(system.root_cell), withChips(cells[0]!)]
  const many = { root: { ...system, root_cell: of.cell }, cells: [own.cell] }
  expect([...allPins.check(many as never)]).toEqual([])
  expect(of.asked() + own.asked()).toBeLessThan(20 * COUNT)
})
