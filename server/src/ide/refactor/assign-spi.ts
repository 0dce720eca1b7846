import type { Analysis } from '../../analyze.ts'
import { commentsIn, commentWords } from '../../c/raw/comments.ts'
import { isArm } from '../../config/architecture.ts'
import { type CellConfig, cellOf, type Irqchip } from '../../config/model.ts'
import { chipFor, FIRST_SPECIAL, FIRST_SPI, owns, PINS_PER_CHIP, wordOf, wordPath } from '../../config/pins.ts'
import type { Project } from '../../config/project.ts'
import { arrayOf, isWritten } from '../../config/written.ts'
import { structText } from '../../edit/append.ts'
import type { Change } from '../../edit/change.ts'
import { appendElements, appendValues } from '../../edit/elements.ts'
import { insertField } from '../../edit/fields.ts'
import { indentStep } from '../../edit/layout.ts'
import { prove } from '../../repair/proof.ts'
import { grant } from '../../rules/interrupts/grant.ts'
import { indentAt, lineEnd, lineStart } from '../../text/lines.ts'
import type { Edit } from '../../text/source-file.ts'
import { hex } from '../../text/words.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

/** Interrupts that the line at hand names: `SPI 104` or `SPI_104` in a comment above the words. */
export function assignNamedSpi({ analysis, offset }: RefactorContext): readonly Refactoring[] {
  const { main } = analysis.unit
  const [start, end] = [lineStart(main.text, offset), lineEnd(main.text, offset)]
  const comments = commentsIn(main).filter(comment => comment.start < end && start < comment.end)
  const numbers = comments.flatMap(comment => spisNamedIn(commentWords(comment) ?? ''))
  return [...new Set(numbers)].flatMap(spi => {
    const change = assignSpi(analysis, spi)
    return change ? { title: `Assign SPI ${spi} to this cell`, kind: 'rewrite', edits: change.edits } : []
  })
}

/** `SPI 104`, `SPI_104`, `SPI #104` */
function spisNamedIn(words: string): readonly number[] {
  const parts = words.split(/[^A-Za-z0-9]+/)
  return parts.flatMap((part, i) => (parts[i - 1] === 'SPI' && /^\d{1,3}$/.test(part) ? [Number(part)] : []))
}

/** Sets the bit of an SPI in the word it belongs to, in a new irqchip where no other covers it. */
export function assignSpi({ config }: Analysis, spi: number): Change | undefined {
  const cell = config && cellOf(config)
  const pin = spi + FIRST_SPI
  if (!cell || !isArm(cell) || pin < FIRST_SPI || FIRST_SPECIAL <= pin || owns(cell, pin)) return undefined
  const chip = chipFor(cell, pin)
  return chip ? (grant(cell, pin) ?? writeWords(chip, pin)) : addChip(cell, pin)
}

/** What assigning an SPI comes to: edits that are proven, edits that somebody has to agree to, or why there are none. */
export type SpiAssignment =
  | { readonly kind: 'proven' | 'questionable'; readonly edits: readonly Edit[]; readonly reason?: string }
  | { readonly kind: 'refused'; readonly reason: string }

/** Tries an assignment in the engine: an interrupt that the root lacks is a question, anything worse a refusal. */
export function provenSpi(analysis: Analysis, spi: number, project: Project): SpiAssignment {
  const cell = analysis.config && cellOf(analysis.config)
  if (!cell || !isArm(cell)) return { kind: 'refused', reason: 'this is not the configuration of an ARM cell' }
  if (owns(cell, spi + FIRST_SPI)) return { kind: 'refused', reason: `SPI ${spi} is already assigned to this cell` }
  const change = assignSpi(analysis, spi)
  if (!change) return { kind: 'refused', reason: `the irqchips of this cell cannot be edited for SPI ${spi}` }
  const proof = prove([], change.edits, project)
  if (proof.kind !== 'refuted') return { kind: 'proven', edits: change.edits }
  const isLack = proof.introduced.length > 0 && proof.introduced.every(({ rule }) => LACKED_BY_ROOT.has(rule.id))
  return isLack
    ? { kind: 'questionable', edits: change.edits, reason: `the root cell does not own SPI ${spi}` }
    : { kind: 'refused', reason: proof.reason }
}

/** Rules that speak of an interrupt or irqchip which the root does not have to give. */
const LACKED_BY_ROOT: ReadonlySet<string> = new Set(['pin-not-in-root', 'irqchip-not-in-root'])

const bitOf = (pin: number, first: number): string => hex(1n << BigInt((pin - first) & 31))

/** The words up to that of the pin, behind those that are written. */
function writeWords(chip: Irqchip, pin: number): Change | undefined {
  const index = wordOf(chip, pin)
  if (isWritten(chip, wordPath(chip, pin))) return undefined
  const words = [...Array.from({ length: index }, () => '0'), bitOf(pin, chip.pin_base)]
  const bitmap = chip.source?.fields.get('pin_bitmap')?.value
  if (bitmap?.kind !== 'array' || !bitmap.origin) return insertField(chip, 'pin_bitmap', `{ ${words.join(', ')} }`)
  return appendValues(bitmap, words.slice(bitmap.initialised))
}

/** One more irqchip behind the last, like it but for its pins. */
function addChip(cell: CellConfig, pin: number): Change | undefined {
  const array = arrayOf(cell, 'irqchips')
  const last = array?.value.items[array.initialised - 1]?.origin
  const model = cell.irqchips.at(-1)
  if (!array || !model || !last || last.expandedAt || cell.irqchips.length < array.length) return undefined
  const base = FIRST_SPI + Math.floor((pin - FIRST_SPI) / PINS_PER_CHIP) * PINS_PER_CHIP
  const words = [0, 1, 2, 3].map(word => ((pin - base) >> 5 === word ? bitOf(pin, base) : '0'))
  const fields = [
    `.address = ${hex(model.address)},`,
    ...(model.id ? [`.id = ${model.id},`] : []),
    `.pin_base = ${base},`,
    `.pin_bitmap = { ${words.join(', ')} },`,
  ]
  const { file, start } = last.spelled
  return appendElements(cell, array, [structText(fields, indentStep(indentAt(file.text, start)))])
}
