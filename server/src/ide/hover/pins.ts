import type { Analysis } from '../../analyze.ts'
import { isArm } from '../../config/architecture.ts'
import { type CellConfig, cellOf, type Irqchip } from '../../config/model.ts'
import { intxDevices, intxPin, owns, pinsOf, pinsOfWord } from '../../config/pins.ts'
import { shortNames } from '../../config/short-names.ts'
import { runs } from '../../text/number-list.ts'
import { bdf } from '../../text/words.ts'
import { type Block, lines, title } from '../blocks.ts'
import type { NodePath } from '../node-path.ts'
import { interruptLines, virtualLines } from './board.ts'
import { interruptsOf } from './device.ts'

/** What a word of a `pin_bitmap` gives the cell, or where `vpci_irq_base` puts its virtual interrupts. */
export function pinsHover(analysis: Analysis, { steps }: NodePath): readonly Block[] {
  if (!analysis.config) return []
  const cell = cellOf(analysis.config)
  const field = steps.findLast(step => step.field)?.field?.name
  if (field === 'vpci_irq_base') return virtualInterrupts(analysis, cell)
  const chip = cell.irqchips.find(({ source }) => source && steps.some(({ value }) => value === source))
  if (!chip || field !== 'pin_bitmap') return []
  const word = steps.at(-1)?.index
  return word === undefined ? irqchipHover(analysis, cell, chip) : grantsHover(analysis, cell, pinsOfWord(chip, word))
}

/** What all words of an entry grant. */
export const irqchipHover = (analysis: Analysis, cell: CellConfig, chip: Irqchip): readonly Block[] =>
  grantsHover(analysis, cell, pinsOf(chip))

function grantsHover(analysis: Analysis, cell: CellConfig, pins: readonly number[]): readonly Block[] {
  if (pins.length === 0) return [title(`No ${cell.architecture === 'x86' ? 'pins' : 'interrupts'}`)]
  const owners = ownersOf(analysis, cell, pins)
  const machine = isArm(cell) ? interruptLines(analysis.simulations, pins) : []
  const details = [...owners.slice(1), ...gicNumbers(cell, pins), ...raisedWords(cell, pins), ...machine]
  return [title(owners[0] ?? pinNumbers(cell, pins)), ...(details.length > 0 ? [lines(...details)] : [])]
}

/** SPI n is interrupt n + 32 of the GIC. */
const gicNumbers = (cell: CellConfig, pins: readonly number[]): readonly string[] =>
  cell.architecture === 'x86' ? [] : [`GIC ${pins.length === 1 ? 'interrupt' : 'interrupts'} ${runsOf(pins)}`]

const runsOf = (pins: readonly number[]): string => runs(pins, '–', ', ')

/** Which other cells list some of the pins: the root gives up its own at `create` (`irqchip_cell_init`). */
function ownersOf({ simulations }: Analysis, cell: CellConfig, pins: readonly number[]): readonly string[] {
  const words = simulations.flatMap(({ scenario }) => {
    const short = shortNames(scenario)
    const others = [scenario.root.root_cell, ...scenario.cells].filter(other => other !== cell)
    return others.flatMap(other => {
      const shared = pins.filter(pin => owns(other, pin))
      if (shared.length === 0) return []
      const names = pinNumbers(cell, shared)
      if (other.isRoot) return [`${names}: taken from root at create`]
      return [
        cell.isRoot ? `${names}: given to ${short(other)} at create` : `⚠ ${names}: also listed by ${short(other)}`,
      ]
    })
  })
  return [...new Set(words)]
}

/** Which of the pins are no hardware's but raised by the hypervisor for a device it makes up. */
function raisedWords(cell: CellConfig, pins: readonly number[]): readonly string[] {
  if (!isArm(cell)) return []
  const raised = intxDevices(cell).filter(device => pins.includes(intxPin(cell, device)))
  if (raised.length === 0) return []
  const words = raised.map(device => `SPI ${intxPin(cell, device) - 32} by ${bdf(device.bdf)}`)
  return [`Raised by shared-memory devices: ${words.join(', ')}`]
}

/** `SPI 104, 110, 121`, runs as `SPI 0–31`; on x86 `pins 3, 4`. */
export function pinNumbers(cell: CellConfig, pins: readonly number[]): string {
  const isX86 = cell.architecture === 'x86'
  const numbers = isX86 ? pins : pins.map(pin => pin - 32)
  return `${isX86 ? (pins.length === 1 ? 'pin' : 'pins') : 'SPI'} ${runsOf(numbers)}`
}

function virtualInterrupts({ simulations }: Analysis, cell: CellConfig): readonly Block[] {
  if (cell.architecture === 'x86') return [title('Not used on x86')]
  const first = cell.vpci_irq_base
  if (first === undefined) return [title('The header in use has no virtual PCI interrupts')]
  const numbers = `SPI ${first}–${first + 3} for the virtual PCI devices`
  const raised = interruptsOf(cell)
  const isMissing = raised.some(words => words.startsWith('⚠'))
  return [
    title(isMissing ? `⚠ ${numbers}: not all are in a pin_bitmap` : numbers),
    lines(
      `GIC interrupts ${first + 32}–${first + 35}, by device number modulo 4`,
      ...raised,
      ...virtualLines(simulations, cell),
    ),
  ]
}
