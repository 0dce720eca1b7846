import type { Analysis } from '../analyze.ts'
import { type CellConfig, cellOf, type Irqchip } from '../config/model.ts'
import { owns } from '../rules/interrupts/pins.ts'
import type { Spot } from './locate.ts'
import { type Block, text } from './note.ts'
import { runs } from './runs.ts'

/** What a word of a `pin_bitmap` gives the cell, or where `vpci_irq_base` puts its virtual interrupts. */
export function pinsNote(analysis: Analysis, { steps }: Spot): readonly Block[] {
  if (!analysis.config) return []
  const cell = cellOf(analysis.config)
  const field = steps.findLast(step => step.field)?.field?.name
  if (field === 'vpci_irq_base') return [text(...virtualInterrupts(cell))]
  const chip = cell.irqchips.find(({ source }) => source && steps.some(({ value }) => value === source))
  const word = field === 'pin_bitmap' ? steps.at(-1)?.index : undefined
  if (!chip || word === undefined) return []
  const pins = pinsOfWord(chip, word)
  const what = cell.architecture === 'x86' ? 'pins' : 'interrupts'
  if (pins.length === 0) return [text(`no ${what}`)]
  const named = pins.length <= MOST_NAMED ? pins.map(pin => pinName(cell, pin)).join(', ') : runs(pins, '–', ', ')
  return [text(`${what} ${named}`), ...ownersNote(analysis, cell, pins)]
}

/** Pin numbers of one word of the bitmap; on ARM these are GIC interrupt numbers, SPI n being n + 32. */
export const pinsOfWord = (chip: Irqchip, word: number): readonly number[] =>
  Array.from({ length: 32 }, (_, bit) => bit)
    .filter(bit => ((chip.pin_bitmap[word] ?? 0) >>> bit) & 1)
    .map(bit => chip.pin_base + word * 32 + bit)

/** More pins than this are told by their runs. */
const MOST_NAMED = 8

/** Which other cells list some of the pins: the root gives up its own at `create` (`irqchip_cell_init`). */
function ownersNote({ cases }: Analysis, cell: CellConfig, pins: readonly number[]): readonly Block[] {
  const others = new Set(cases.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  const words = [...others]
    .filter(other => other !== cell)
    .flatMap(other => {
      const shared = pins.filter(pin => owns(other, pin))
      return shared.length > 0
        ? [`${runs(shared, '–', ', ')} by "${other.name}"${other.isRoot ? ', until create' : ''}`]
        : []
    })
  return words.length > 0 ? [text(`Also owned: ${words.join('; ')}.`)] : []
}

/** `SPI 104, 110, 121`, runs as `SPI 0–31`; on x86 `pins 3, 4`. */
export function pinNumbers(cell: CellConfig, pins: readonly number[]): string {
  const isX86 = cell.architecture === 'x86'
  const numbers = isX86 ? pins : pins.map(pin => pin - 32)
  return `${isX86 ? 'pins' : 'SPI'} ${runs(numbers, '–', ', ')}`
}

const pinName = (cell: CellConfig, pin: number): string =>
  cell.architecture === 'x86' || pin < 32 ? String(pin) : `${pin} (SPI ${pin - 32})`

function virtualInterrupts(cell: CellConfig): readonly string[] {
  if (cell.architecture === 'x86') return ['Not used on x86.']
  const first = cell.vpci_irq_base
  return [
    `INTx of the virtual PCI devices becomes SPI ${first} to ${first + 3}, GIC interrupts ${first + 32} to ${first + 35}:`,
    'device number modulo 4 is added. The cell needs these bits in `pin_bitmap`.',
  ]
}
