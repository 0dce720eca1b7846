import type { Analysis } from '../../src/analyze.ts'
import { isNumber, tokensIn } from '../../src/c/raw/tokens.ts'
import type { Project } from '../../src/config/project.ts'
import { completions } from '../../src/ide/completion/index.ts'
import { ignoreHere } from '../../src/ide/ignore.ts'
import { includersOf, rename, renameable, renamedIn } from '../../src/ide/navigation/rename.ts'
import { provenSpi, refactorings } from '../../src/ide/refactor/index.ts'
import { withOffers } from '../../src/repair/offers.ts'
import { prove } from '../../src/repair/proof.ts'
import { repairUntilStable } from '../../src/repair/repair-until-stable.ts'
import { editsBetween } from '../../src/repair/text-edits.ts'
import type { Edit } from '../../src/text/source-file.ts'
import { harmOf, taken } from '../ide/snippet-trials.ts'

/** What somebody may be offered. */
export interface Offer {
  readonly title: string
  readonly edits: readonly Edit[]
}

/** All offers of a kind in a file; of the places that a cursor may stand at, every so many-th. */
type Offers = (analysis: Analysis, project: Project, stride?: number) => Iterable<Offer>

export const OFFERS: Readonly<Record<string, Offers>> = {
  'quick fix': (analysis, project) => findingsIn(analysis).flatMap(each => withOffers(each, project).fixes ?? []),
  'fix all': (analysis, project) => [...fixAll(analysis, project, false), ...fixAll(analysis, project, true)],
  'ignore comment': analysis => findingsIn(analysis).flatMap(each => ignoreHere(each) ?? []),
  *refactoring(analysis, project, stride = 9) {
    const seen = new Set<string>()
    for (const { span } of wordsOf(analysis, stride))
      for (const { title, edits } of refactorings(analysis, span.start)) {
        if (seen.has(title)) continue
        seen.add(title)
        if (prove([], edits, project).kind !== 'refuted') yield { title, edits }
      }
  },
  *element(analysis, project) {
    for (const list of ['mem_regions', 'irqchips', 'pci_devices', 'pio_regions', 'pci_caps', 'stream_ids']) {
      const name = `.${list} = {`
      const start = analysis.unit.main.text.indexOf(name)
      if (start < 0) continue
      const offset = start + name.length
      for (const item of completions(analysis, offset, project))
        if (item.isWhole && harmOf(item.label, analysis, offset, project) === undefined)
          yield { title: `${list} ${item.label}`, edits: taken(item) }
    }
  },
  *'Assign SPI'(analysis, project) {
    for (const spi of [10, 105, 300]) {
      const answer = provenSpi(analysis, spi, project)
      if (answer.kind === 'proven') yield { title: `SPI ${spi}`, edits: answer.edits }
    }
  },
  *rename(analysis, project) {
    const seen = new Set<string>()
    for (const { span, text, kind } of tokensIn(analysis.unit.main)) {
      if (kind !== 'identifier' || seen.has(text) || !renameable(analysis, span.start)) continue
      seen.add(text)
      const declaring = renamedIn(analysis, span.start)
      const includers = declaring ? includersOf(declaring, project).found : []
      yield { title: `rename ${text}`, edits: rename(analysis, span.start, 'another_name', includers).edits }
    }
  },
}

/** Kinds that change no byte. */
export const KEEPING: readonly string[] = ['ignore comment', 'rename']

/** Kinds that need faults to repair. */
export const REPAIRS: readonly string[] = ['quick fix', 'fix all']

const findingsIn = ({ findings, unit }: Analysis) => findings.filter(({ span }) => span.file === unit.main)

function fixAll({ unit }: Analysis, project: Project, unsafe: boolean): readonly Offer[] {
  const { files } = repairUntilStable([unit.main.uri], project, { isChosen: () => true, unsafe })
  const title = `fix all${unsafe ? ', unsafe' : ''}`
  return files.map(({ before, after }) => ({ title, edits: editsBetween(before, after.text) }))
}

/** One of each few words and numbers: what is offered depends on the element and on the field. */
const wordsOf = ({ unit }: Analysis, stride: number) =>
  tokensIn(unit.main).filter(
    ({ kind, text, span }, i) =>
      (kind === 'identifier' || isNumber(span)) && (i % stride === 0 || text === 'pci_devices'),
  )
