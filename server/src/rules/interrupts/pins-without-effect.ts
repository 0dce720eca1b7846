import { isArm } from '../../config/architecture.ts'
import type { Irqchip } from '../../config/model.ts'
import { FIRST_SPECIAL, FIRST_SPI, pinsOf } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { isWritten } from '../../config/written.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './pins-without-effect.md'
import { named } from './words.ts'

export const pinsWithoutEffect: CellRule = {
  kind: 'cell',
  code: 'JH402',
  id: 'pins-without-effect',
  title: 'Pin bitmap without effect',
  severity: 'hint',
  constraints: ['irqchip-pins-below-32', 'irqchip-pins-1020', 'irqchip-pin-unset'],
  page,
  *check(cell) {
    for (const chip of cell.irqchips) {
      if (chip.address === 0n) continue
      const texts = textsOf(pinsOf(chip), isArm(cell))
      if (texts && isArm(cell) && lacksBase(chip)) yield withoutBase(chip)
      else if (texts) yield { span: at(chip, 'pin_bitmap'), ...texts, key: `${chip.index}` }
    }
  },
}

/** Interrupts of a GIC that are granted below 32 for want of a base: no other bit says which are meant. */
const lacksBase = (chip: Irqchip): boolean =>
  chip.source?.fields.has('pin_base') === true && !isWritten(chip, 'pin_base') && 0 < pinsOf(chip).length

const withoutBase = (chip: Irqchip): RawFinding => ({
  span: at(chip, 'pin_bitmap'),
  severity: 'warning',
  headline: 'pin_base is not set: the first word of these bits grants nothing',
  notes: ['it reads as 0, and interrupts below 32 are private to each CPU, whatever is set here'],
  help: 'set pin_base to 32 or a multiple of it',
  key: `${chip.index}`,
})

function textsOf(pins: readonly number[], isGic: boolean): Pick<RawFinding, 'headline' | 'notes'> | undefined {
  if (pins.length === 0) return { headline: 'this irqchip entry grants no interrupt' }
  if (!isGic) return undefined
  const low = pins.filter(pin => pin < FIRST_SPI)
  if (low.length) return withoutEffect(low, 'interrupts below 32 are private to each CPU, whatever is set here')
  const high = pins.filter(pin => pin >= FIRST_SPECIAL)
  return high.length ? withoutEffect(high, 'interrupts of a GIC end at 1019') : undefined
}

const withoutEffect = (pins: readonly number[], note: string) => ({
  headline: `${named(pins)} ${pins.length === 1 ? 'has' : 'have'} no effect in a pin bitmap`,
  notes: [note],
})
