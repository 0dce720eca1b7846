import type { CellConfig, Irqchip } from '../config/model.ts'
import {
  chipFor,
  FIRST_SPECIAL,
  FIRST_SPI,
  LAST_PIN_BASE,
  owns,
  PINS_PER_CHIP,
  pinsOf,
  pinsPerChip,
  wordOf,
  wordPath,
} from '../config/pins.ts'
import { arrayOf, isWritten } from '../config/written.ts'
import { indentAt } from '../text/lines.ts'
import { hex } from '../text/words.ts'
import { structText } from './append.ts'
import { type Change, NO_CHANGE, together } from './change.ts'
import { appendElements, appendValues } from './elements.ts'
import { insertField, setField } from './fields.ts'
import { addFlag } from './flags.ts'
import { indentStep } from './layout.ts'
import { addArray } from './new-array.ts'

/**
 * Grants a cell interrupts: in the words they belong to, and in new irqchips where no other covers them. A cell that has
 * none gets them `like` one of the root.
 */
export function addPins(cell: CellConfig, pins: readonly number[], like?: Irqchip): Change | undefined {
  const added = [...new Set(pins)].filter(pin => !owns(cell, pin)).toSorted((a, b) => a - b)
  if (added.some(pin => pin < 0 || FIRST_SPECIAL <= pin)) return undefined
  const uncovered = added.filter(pin => !chipFor(cell, pin))
  return together(
    ...cell.irqchips.map(chip =>
      addToChip(
        chip,
        added.filter(pin => chipFor(cell, pin) === chip),
      ),
    ),
    uncovered.length > 0 ? addChips(cell, uncovered, like) : NO_CHANGE,
  )
}

/** Gives a cell other interrupts instead of some it has. Words that lose some are written anew, all else is kept. */
export function movePins(cell: CellConfig, from: readonly number[], to: readonly number[]): Change | undefined {
  const lost = new Set(from.filter(pin => !to.includes(pin)))
  const words = cell.irqchips.flatMap(chip =>
    byWord(
      chip,
      [...lost].filter(pin => chipFor(cell, pin) === chip),
    ).map(([word]) => ({ chip, word })),
  )
  const isIn = ({ chip, word }: (typeof words)[number], pin: number) =>
    chipFor(cell, pin) === chip && wordOf(chip, pin) === word
  return together(
    ...words.map(each => {
      const { chip, word } = each
      const own = [...pinsOf(chip).filter(pin => !lost.has(pin)), ...to].filter(pin => isIn(each, pin))
      return setField(chip, `pin_bitmap[${word}]`, wordText(chip, word, own))
    }),
    addPins(
      cell,
      to.filter(pin => !words.some(each => isIn(each, pin))),
    ),
  )
}

/** As many as one can read, else the number. */
function wordText(chip: Irqchip, word: number, pins: readonly number[]): string {
  const own = [...new Set(pins)].toSorted((a, b) => a - b)
  if (own.length === 0) return '0'
  return own.length <= 4 ? own.map(pin => flagOf(chip, pin)).join(' | ') : bitsOf(own, chip.pin_base, word)
}

function addToChip(chip: Irqchip, pins: readonly number[]): Change | undefined {
  const isInWritten = (pin: number) => isWritten(chip, wordPath(chip, pin))
  const unwritten = pins.filter(pin => !isInWritten(pin))
  return together(
    ...byWord(chip, pins.filter(isInWritten)).map(([word, own]) =>
      addFlag(chip, `pin_bitmap[${word}]`, own.map(pin => flagOf(chip, pin)).join(' | ')),
    ),
    unwritten.length > 0 ? writeWords(chip, unwritten) : NO_CHANGE,
  )
}

const byWord = (chip: Irqchip, pins: readonly number[]): readonly (readonly [number, readonly number[]])[] =>
  chip.pin_bitmap.flatMap((_, word) => {
    const own = pins.filter(pin => wordOf(chip, pin) === word)
    return own.length > 0 ? [[word, own] as const] : []
  })

/** The bit as configurations have it: by the interrupt and what its word begins with. */
const flagOf = (chip: Irqchip, pin: number): string => `(1 << (${pin} - ${chip.pin_base + 32 * wordOf(chip, pin)}))`

/** Bits of one word of a bitmap that begins at `base`. */
const bitsOf = (pins: readonly number[], base: number, word: number): string => {
  const own = pins.filter(pin => (pin - base) >> 5 === word)
  return own.length > 0 ? hex(own.reduce((bits, pin) => bits | (1n << BigInt((pin - base) & 31)), 0n)) : '0'
}

/** The words up to those of the pins, behind those that are written. */
function writeWords(chip: Irqchip, pins: readonly number[]): Change | undefined {
  const last = Math.max(...pins.map(pin => wordOf(chip, pin)))
  const words = Array.from({ length: last + 1 }, (_, word) => bitsOf(pins, chip.pin_base, word))
  const bitmap = chip.source?.fields.get('pin_bitmap')?.value
  if (bitmap?.kind !== 'array' || !bitmap.origin) return insertField(chip, 'pin_bitmap', `{ ${words.join(', ')} }`)
  return appendValues(bitmap, words.slice(bitmap.initialised))
}

/** More irqchips behind the last, like it but for their pins. */
function addChips(cell: CellConfig, pins: readonly number[], like: Irqchip | undefined): Change | undefined {
  if (like && !arrayOf(cell, 'irqchips')) return addArray(cell, 'irqchips', chipTexts(like, pins, '\t'))
  const array = arrayOf(cell, 'irqchips')
  const last = array?.value.items[array.initialised - 1]?.origin
  const model = cell.irqchips.at(-1)
  if (!array || !model || !last || last.expandedAt || cell.irqchips.length < array.length) return undefined
  const { file, start } = last.spelled
  const step = indentStep(indentAt(file.text, start))
  return appendElements(cell, array, chipTexts(model, pins, step))
}

const chipTexts = (model: Irqchip, pins: readonly number[], step: string): readonly string[] =>
  chipBases(pins, model).map(base => structText(chipFields(model, base, pins), step))

const chipBases = (pins: readonly number[], model: Irqchip): readonly number[] => [
  ...new Set(
    pins.map(pin => {
      const nth = Math.floor((pin - FIRST_SPI) / pinsPerChip(model))
      return Math.min(FIRST_SPI + nth * pinsPerChip(model), LAST_PIN_BASE + PINS_PER_CHIP - pinsPerChip(model))
    }),
  ),
]

function chipFields(model: Irqchip, base: number, pins: readonly number[]): readonly string[] {
  const words = model.pin_bitmap.map((_, word) => bitsOf(pins, base, word))
  return [
    `.address = ${hex(model.address)},`,
    ...(model.id ? [`.id = ${model.id},`] : []),
    `.pin_base = ${base},`,
    `.pin_bitmap = { ${words.join(', ')} },`,
  ]
}
