import { isArm } from '../../config/architecture.ts'
import type { CellConfig } from '../../config/model.ts'
import { FIRST_SPECIAL, FIRST_SPI, intxDevices, intxPin, owns, PINS_PER_CHIP } from '../../config/pins.ts'
import { hex } from '../../text/words.ts'
import type { CellView, FreeValue } from './cell-view.ts'
import type { Path } from './context.ts'

/** Interrupts of the word at hand: those the cell's virtual devices raise, then those of the root nobody else takes. */
export function freePins({ own, others }: CellView, { steps }: Path): readonly FreeValue[] {
  const chip = own.irqchips.find(({ index }) => index === steps[1])
  if (!chip || !isArm(own)) return []
  const first = chip.pin_base + 32 * Number(steps.at(-1))
  const isHere = (pin: number) => first <= pin && pin < first + 32 && !owns(own, pin)
  const raised = intxDevices(own)
    .map(device => intxPin(own, device))
    .filter(isHere)
  const inmates = others.filter(cell => !cell.isRoot)
  const free = Array.from({ length: 32 }, (_, bit) => first + bit).filter(
    pin => isHere(pin) && others.some(cell => cell.isRoot && owns(cell, pin)) && !inmates.some(cell => owns(cell, pin)),
  )
  const value = (pin: number, detail: string): FreeValue => ({ text: bitText(pin, first), detail })
  return [
    ...[...new Set(raised)].map(pin => value(pin, `SPI ${pin - FIRST_SPI}: raised by a shared-memory device`)),
    ...free.map(pin => value(pin, `SPI ${pin - FIRST_SPI}: the root's, no other cell takes it`)),
  ]
}

/** `1 << (104 - 96)`, as in SPI 104 in a word that begins with SPI 96. */
const bitText = (pin: number, first: number): string =>
  first === FIRST_SPI ? `1 << ${pin - first}` : `1 << (${pin - FIRST_SPI} - ${first - FIRST_SPI})`

/** Where an entry may begin: outside of what the cell's other entries cover, and the root has something to give. */
export function freeBases({ own, others }: CellView, { steps }: Path): readonly FreeValue[] {
  if (!isArm(own)) return []
  const rest = own.irqchips.filter(chip => chip.index !== steps[1] && FIRST_SPI <= chip.pin_base)
  const covered = (base: number) => rest.some(chip => Math.abs(chip.pin_base - base) < PINS_PER_CHIP)
  const has = (cell: CellConfig, base: number) =>
    Array.from({ length: PINS_PER_CHIP }, (_, bit) => base + bit).some(pin => owns(cell, pin))
  return Array.from({ length: 7 }, (_, i) => FIRST_SPI + i * PINS_PER_CHIP)
    .filter(base => !covered(base) && (own.isRoot || others.some(cell => cell.isRoot && has(cell, base))))
    .map(base => ({ text: String(base), detail: `SPI ${base - FIRST_SPI} to ${base - FIRST_SPI + PINS_PER_CHIP - 1}` }))
}

/** The interrupt controller there is. */
export const gic = ({ own, root }: CellView): readonly FreeValue[] =>
  root?.platform_info.arm && isArm(own)
    ? [{ text: hex(root.platform_info.arm.gicd_base), detail: 'gicd_base of the root' }]
    : []

/** INTA to INTD. */
const INTX = 4

/**
 * Four interrupts in a row that no hardware of another cell has: those the cell lists already, then those behind the
 * root's own, then what no cell lists.
 */
export function freeInterrupts(view: CellView): readonly FreeValue[] {
  const { own, root, others } = view
  if (!isArm(own)) return []
  const rootBase = root && root.root_cell !== own ? root.root_cell.vpci_irq_base : undefined
  const lines = (spi: number) => Array.from({ length: INTX }, (_, line) => FIRST_SPI + spi + line)
  const inmates = others.filter(cell => !cell.isRoot)
  const isFree = (spi: number) =>
    lines(spi).every(pin => !inmates.some(cell => owns(cell, pin))) &&
    (rootBase === undefined || INTX <= Math.abs(spi - rootBase))
  const last = FIRST_SPECIAL - FIRST_SPI - INTX
  const all = Array.from({ length: last }, (_, spi) => spi).filter(isFree)
  const listed = own.isRoot ? [] : all.filter(spi => lines(spi).every(pin => owns(own, pin))).slice(0, 2)
  const behind = rootBase === undefined ? [] : all.filter(spi => spi === rootBase + INTX)
  const unused = all.filter(
    spi => spi % INTX === 0 && lines(spi).every(pin => ![own, ...others].some(cell => owns(cell, pin))),
  )
  const value = (why: string) => (spi: number) => ({
    text: String(spi),
    detail: `SPI ${spi} to ${spi + INTX - 1}: ${why}`,
  })
  return [
    ...listed.map(value('in pin_bitmap of this cell')),
    ...behind.filter(spi => !listed.includes(spi)).map(value("behind the root's")),
    ...unused.slice(0, 3).map(value('no cell has them')),
  ]
}
