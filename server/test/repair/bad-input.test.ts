import { describe, expect, test } from 'vitest'
import { isNumber, tokensIn } from '../../src/c/raw/tokens.ts'
import { completions } from '../../src/ide/completion/index.ts'
import { ignoreHere } from '../../src/ide/ignore.ts'
import { rename, renameable } from '../../src/ide/navigation/rename.ts'
import { provenSpi, refactorings } from '../../src/ide/refactor/index.ts'
import { withOffers } from '../../src/repair/offers.ts'
import { prove } from '../../src/repair/proof.ts'
import { repairUntilStable } from '../../src/repair/repair-until-stable.ts'
import { changedBytes } from '../../src/repair/same-bytes.ts'
import { editsBetween } from '../../src/repair/text-edits.ts'
import type { Edit } from '../../src/text/source-file.ts'
import { fixtures } from '../ide/fixture.ts'
import { harmOf, taken } from '../ide/snippet-trials.ts'
import { type Desk, desk, uriOf, withGrammar } from '../project.ts'
import { BAD_INPUTS, type Spoil, worse } from './bad-inputs.ts'

/**
 * Every kind of edit on every bad input: either nothing is offered, or what is offered applies, leaves line ends and
 * indentation as they are, and no file of the folder has a new error or warning, or one more place that does not parse.
 */

withGrammar()

const ROOT = 'w/k3-demo.c'
const LINUX = 'w/k3-demo-linux.c'
const PATHS = [ROOT, LINUX]
const PAIR = Object.fromEntries(
  ['k3-demo.c', 'k3-demo-linux.c'].map(name => [`w/${name}`, fixtures().file(`k3-dma/${name}`).text]),
)
const APP = fixtures().file('bare-metal/k3-demo-app.c').text

/** Faults of either file that have repairs. */
const FAULTS: readonly (readonly [string | RegExp, string])[] = [
  ['.maintenance_irq', '.maintenanse_irq'],
  ['.cpu_reset_address', '.cpu_reset_adress'],
  [/(MEM_IO) \|\n\t*JAILHOUSE_MEM_ROOTSHARED/, '$1'],
  ['.shmem_regions_start = 0', '.shmem_regions_start = 1'],
  ['ARRAY_SIZE(config.irqchips)', '1'],
  ['stream_ids[6]', 'stream_ids[5]'],
  ['.virt_start = 0x04114000', '.virt_start = 0x04114800'],
  ['.pin_base = 160', '.pin_base = 161'],
  ['.shmem_peers = 2', '.shmem_peers = 3'],
]
const faulty: Spoil = text => FAULTS.reduce((before, [find, by]) => before.replace(find, by), text)

/** What somebody may be offered, by kind. */
interface Offer {
  readonly title: string
  readonly edits: readonly Edit[]
}
type Offers = (files: Desk, path: string) => Iterable<Offer>

const KINDS: Readonly<Record<string, Offers>> = {
  'quick fix': (files, path) => findingsIn(files, path).flatMap(each => withOffers(each, files.project).fixes ?? []),
  'fix all': (files, path) => {
    const choice = { isChosen: () => true, unsafe: true }
    const { files: changed } = repairUntilStable([uriOf(path)], files.project, choice)
    return changed.map(({ before, after }) => ({ title: 'fix all', edits: editsBetween(before, after.text) }))
  },
  'ignore comment': (files, path) => findingsIn(files, path).flatMap(each => ignoreHere(each) ?? []),
  *refactoring(files, path) {
    const analysis = files.analyze(path)
    const seen = new Set<string>()
    for (const { span } of wordsOf(files, path))
      for (const { title, edits } of refactorings(analysis, span.start)) {
        if (seen.has(title)) continue
        seen.add(title)
        if (prove([], edits, files.project).kind !== 'refuted') yield { title, edits }
      }
  },
  *element(files, path) {
    const analysis = files.analyze(path)
    for (const list of ['mem_regions', 'irqchips', 'pci_devices', 'stream_ids']) {
      const name = `.${list} = {`
      const start = analysis.unit.main.text.indexOf(name)
      if (start < 0) continue
      const offset = start + name.length
      for (const item of completions(analysis, offset, files.project))
        if (item.isWhole && harmOf(item.label, analysis, offset, files.project) === undefined)
          yield { title: `${list} ${item.label}`, edits: taken(item) }
    }
  },
  *'Assign SPI'(files, path) {
    for (const spi of [10, 105, 300]) {
      const answer = provenSpi(files.analyze(path), spi, files.project)
      if (answer.kind === 'proven') yield { title: `SPI ${spi}`, edits: answer.edits }
    }
  },
  *rename(files, path) {
    const analysis = files.analyze(path)
    const seen = new Set<string>()
    for (const { span, text, kind } of tokensIn(analysis.unit.main)) {
      if (kind !== 'identifier' || seen.has(text) || !renameable(analysis, span.start)) continue
      seen.add(text)
      yield { title: `rename ${text}`, edits: rename(analysis, span.start, 'another_name').edits }
    }
  },
}

const findingsIn = (files: Desk, path: string) =>
  files.analyze(path).findings.filter(({ span }) => span.file === files.file(path))

/** One of each few words and numbers: what is offered depends on the element and on the field. */
const wordsOf = (files: Desk, path: string) =>
  tokensIn(files.file(path)).filter(
    ({ kind, text, span }, i) => (kind === 'identifier' || isNumber(span)) && (i % 9 === 0 || text === 'pci_devices'),
  )

/** The pair, spoilt, alone or in a folder with other cells and another board. */
function folder(spoil: Spoil, others: Readonly<Record<string, string>> = {}): Desk {
  const spoilt = Object.entries(PAIR).map(([path, text]) => [path, spoil(text)])
  return desk({ ...Object.fromEntries(spoilt), ...others })
}

const CROWD = { 'w/k3-demo-app.c': APP, 'w/k3-demo-second.c': PAIR[LINUX]!, 'w/k3-demo-2.c': PAIR[ROOT]! }

/** Kinds that change no byte. */
const KEEPING = ['ignore comment', 'rename']

/** Kinds that need faults to repair. */
const REPAIRS = ['quick fix', 'fix all']

const INPUTS = [
  ...Object.entries(BAD_INPUTS).map(([name, spoil]) => ({
    name,
    files: () => folder(spoil),
    faulty: () => folder(text => spoil(faulty(text))),
  })),
  {
    name: 'other configurations in the folder',
    files: () => folder(text => text, CROWD),
    faulty: () => folder(faulty, CROWD),
  },
]

describe.each(INPUTS)('$name', input => {
  test.each(Object.entries(KINDS))('%s', (kind, offers) => {
    const files = REPAIRS.includes(kind) ? input.faulty() : input.files()
    const found = PATHS.flatMap(path => [...offers(files, path)])
    expect(found.flatMap(offer => worse(files.project, offer.edits).map(fault => `${offer.title}: ${fault}`))).toEqual(
      [],
    )
    if (KEEPING.includes(kind))
      for (const { title, edits } of found)
        expect(changedBytes(PATHS.map(uriOf), edits, files.project), title).toBeUndefined()
    if (input === INPUTS[0]) expect(found.length).toBeGreaterThan(0)
  })
})
