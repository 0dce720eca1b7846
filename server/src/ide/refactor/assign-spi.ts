import type { Analysis } from '../../analyze.ts'
import { commentsIn, commentWords } from '../../c/raw/comments.ts'
import { holdsDirective } from '../../c/raw/conditionals.ts'
import { isArm } from '../../config/architecture.ts'
import { type CellConfig, cellOf } from '../../config/model.ts'
import { FIRST_SPECIAL, FIRST_SPI, owns } from '../../config/pins.ts'
import type { Project } from '../../config/project.ts'
import { arrayOf } from '../../config/written.ts'
import { listOf } from '../../edit/branches.ts'
import type { Change } from '../../edit/change.ts'
import { addPins } from '../../edit/pins.ts'
import { prove } from '../../repair/proof.ts'
import { lineEnd, lineStart } from '../../text/lines.ts'
import type { Edit } from '../../text/source-file.ts'
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
  return addPins(cell, [pin])
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
  if (!change)
    return {
      kind: 'refused',
      reason: `the irqchips of this cell cannot be edited for SPI ${spi}${branchReason(cell)}`,
    }
  const proof = prove([], change.edits, project)
  if (proof.kind !== 'refuted') return { kind: 'proven', edits: change.edits }
  const isLack = proof.introduced.length > 0 && proof.introduced.every(({ rule }) => LACKED_BY_ROOT.has(rule.id))
  return isLack
    ? { kind: 'questionable', edits: change.edits, reason: `the root cell does not own SPI ${spi}` }
    : { kind: 'refused', reason: proof.reason }
}

/** The commonest reason, and one that its author can do something about. */
function branchReason(cell: CellConfig): string {
  const array = arrayOf(cell, 'irqchips')
  const list = array && listOf(cell, array)
  return list && holdsDirective(list) ? ': a conditional in their list makes them another number in each branch' : ''
}

/** Rules that speak of an interrupt or irqchip which the root does not have to give. */
const LACKED_BY_ROOT: ReadonlySet<string> = new Set(['pin-not-in-root', 'irqchip-not-in-root'])
