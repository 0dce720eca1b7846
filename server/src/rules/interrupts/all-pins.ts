import { isArm } from '../../config/architecture.ts'
import type { CellConfig, Irqchip } from '../../config/model.ts'
import { FIRST_SPECIAL, FIRST_SPI, hasPin, pinsOf } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { addTo } from '../../text/groups.ts'
import { count } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './all-pins.md'
import { atPin } from './pin-not-in-root.ts'

/** Pins of an IOAPIC, as nearly every one has. */
const IOAPIC_PINS = 24

export const allPins: ScenarioRule = {
  kind: 'scenario',
  code: 'JH464',
  id: 'all-pins',
  title: 'Inmate takes all interrupts of an irqchip',
  severity: 'warning',
  constraints: [],
  page,
  *check({ root: { root_cell }, cells }) {
    const ofRoot = byFirstPin(root_cell.irqchips)
    for (const cell of cells)
      for (const chip of cell.irqchips)
        for (const twin of ofRoot.get(firstPinOf(chip)) ?? []) {
          const pins = pinsOf(twin).filter(pin => isReal(root_cell, pin))
          const [first] = pins
          if (first === undefined || pins.length < IOAPIC_PINS / 2 || !pins.every(pin => hasPin(chip, pin))) continue
          yield {
            span: atPin(chip, first),
            headline: `the cell takes all ${count(pins.length, 'interrupt')} of this irqchip from the root cell`,
            notes: ['devices of Linux that use any of them go silent, also timer, disk and network'],
            help: 'grant the interrupts of the devices that the cell uses',
            related: [{ span: at(twin, 'pin_bitmap'), text: 'the root cell has them here' }],
            key: `${chip.index}`,
          }
        }
  },
}

const firstPinOf = ({ address, pin_base }: Irqchip): string => `${address} ${pin_base}`

/** One of those that have the same pins stands for all. */
function byFirstPin(chips: readonly Irqchip[]): ReadonlyMap<string, readonly Irqchip[]> {
  const seen = new Set<string>()
  const places = new Map<string, Irqchip[]>()
  for (const chip of chips) {
    const id = `${firstPinOf(chip)} ${chip.pin_bitmap}`
    if (!seen.has(id)) addTo(places, firstPinOf(chip), chip)
    seen.add(id)
  }
  return places
}

const isReal = (cell: CellConfig, pin: number): boolean =>
  isArm(cell) ? FIRST_SPI <= pin && pin < FIRST_SPECIAL : pin < IOAPIC_PINS
