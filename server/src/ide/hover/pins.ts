import type { Analysis } from '../../analyze.ts'
import { type CellConfig, cellOf, type Irqchip } from '../../config/model.ts'
import { FIRST_SPI, intxDevices, intxPin, isArm, owns, pinsOf } from '../../rules/interrupts/pins.ts'
import { bdf } from '../../rules/places.ts'
import { type Block, text } from '../blocks.ts'
import type { NodePath } from '../node-path.ts'
import { runs } from '../runs.ts'
import { interruptsHover, virtualLinesHover } from './board.ts'
import { interruptsOf } from './device.ts'

/** What a word of a `pin_bitmap` gives the cell, or where `vpci_irq_base` puts its virtual interrupts. */
export function pinsHover(analysis: Analysis, { steps }: NodePath): readonly Block[] {
  if (!analysis.config) return []
  const cell = cellOf(analysis.config)
  const field = steps.findLast(step => step.field)?.field?.name
  if (field === 'vpci_irq_base')
    return [text(...virtualInterrupts(cell)), ...virtualLinesHover(analysis.simulations, cell)]
  const chip = cell.irqchips.find(({ source }) => source && steps.some(({ value }) => value === source))
  if (!chip || field !== 'pin_bitmap') return []
  const word = steps.at(-1)?.index
  return word === undefined ? irqchipHover(analysis, cell, chip) : grantsHover(analysis, cell, pinsOfWord(chip, word))
}

/** What all words of an entry grant. */
export const irqchipHover = (analysis: Analysis, cell: CellConfig, chip: Irqchip): readonly Block[] =>
  grantsHover(analysis, cell, pinsOf(chip))

function grantsHover(analysis: Analysis, cell: CellConfig, pins: readonly number[]): readonly Block[] {
  if (pins.length === 0) return [text(`no ${cell.architecture === 'x86' ? 'pins' : 'interrupts'}`)]
  return [
    text(pinWords(cell, pins)),
    ...ownersHover(analysis, cell, pins),
    ...raisedHover(cell, pins),
    ...(isArm(cell) ? interruptsHover(analysis.simulations, pins) : []),
  ]
}

/** `interrupts 136 (SPI 104), 142 (SPI 110)`; of many the runs, `interrupts 32–63 (SPI 0–31)`; on x86 `pins 3, 4`. */
function pinWords(cell: CellConfig, pins: readonly number[]): string {
  if (cell.architecture === 'x86') return pinNumbers(cell, pins)
  const named = pins.length <= MAX_NAMED ? pins.map(pinName).join(', ') : `${runsOf(pins)} (${pinNumbers(cell, pins)})`
  return `${pins.length === 1 ? 'interrupt' : 'interrupts'} ${named}`
}

const runsOf = (pins: readonly number[]): string => runs(pins, '–', ', ')

/** Pin numbers of one word of the bitmap; on ARM these are GIC interrupt numbers, SPI n being n + 32. */
export const pinsOfWord = (chip: Irqchip, word: number): readonly number[] =>
  Array.from({ length: 32 }, (_, bit) => bit)
    .filter(bit => ((chip.pin_bitmap[word] ?? 0) >>> bit) & 1)
    .map(bit => chip.pin_base + word * 32 + bit)

/** More pins than this are told by their runs. */
const MAX_NAMED = 8

/** Which other cells list some of the pins: the root gives up its own at `create` (`irqchip_cell_init`). */
function ownersHover({ simulations }: Analysis, cell: CellConfig, pins: readonly number[]): readonly Block[] {
  const others = new Set(simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  const words = [...others]
    .filter(other => other !== cell)
    .flatMap(other => {
      const shared = pins.filter(pin => owns(other, pin))
      if (shared.length === 0) return []
      const names = pinNumbers(cell, shared)
      if (other.isRoot) return [`"${other.name}" gives up ${names} at create.`]
      return [cell.isRoot ? `"${other.name}" takes ${names} at create.` : `"${other.name}" lists ${names} too.`]
    })
  return words.length > 0 ? [text(...new Set(words))] : []
}

/** Which of the pins are no hardware's but raised by the hypervisor for a device it makes up. */
function raisedHover(cell: CellConfig, pins: readonly number[]): readonly Block[] {
  if (!isArm(cell)) return []
  const raised = intxDevices(cell).filter(device => pins.includes(intxPin(cell, device)))
  if (raised.length === 0) return []
  const words = raised.map(device => `SPI ${intxPin(cell, device) - 32} by ${bdf(device.bdf)}`)
  return [text(`Raised by shared-memory devices: ${words.join(', ')}.`)]
}

/** `SPI 104, 110, 121`, runs as `SPI 0–31`; on x86 `pins 3, 4`. */
export function pinNumbers(cell: CellConfig, pins: readonly number[]): string {
  const isX86 = cell.architecture === 'x86'
  const numbers = isX86 ? pins : pins.map(pin => pin - 32)
  return `${isX86 ? (pins.length === 1 ? 'pin' : 'pins') : 'SPI'} ${runsOf(numbers)}`
}

const pinName = (pin: number): string => (pin < FIRST_SPI ? String(pin) : `${pin} (SPI ${pin - FIRST_SPI})`)

function virtualInterrupts(cell: CellConfig): readonly string[] {
  if (cell.architecture === 'x86') return ['Not used on x86.']
  const first = cell.vpci_irq_base
  if (first === undefined) return ['The header in use has no virtual PCI interrupts.']
  return [
    `INTx of the virtual PCI devices becomes SPI ${first} to ${first + 3}, GIC interrupts ${first + 32} to ${first + 35}:`,
    'device number modulo 4 is added.',
    ...interruptsOf(cell),
  ]
}
