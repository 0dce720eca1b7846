import { describe, expect, test } from 'vitest'
import { isNumber, tokensIn } from '../../src/c/raw/tokens.ts'
import { completions, harmOf } from '../../src/ide/completion/index.ts'
import { ignoreHere } from '../../src/ide/ignore.ts'
import { rename, renameable } from '../../src/ide/navigation/rename.ts'
import { provenSpi, refactorings } from '../../src/ide/refactor/index.ts'
import { withOffers } from '../../src/repair/offers.ts'
import { prove } from '../../src/repair/proof.ts'
import { repairUntilStable } from '../../src/repair/repair-until-stable.ts'
import { changedBytes } from '../../src/repair/same-bytes.ts'
import { editsBetween } from '../../src/repair/text-edits.ts'
import { type Assessment, assess, withEdits } from '../../src/repair/trial.ts'
import { applyEdits, type Edit } from '../../src/text/source-file.ts'
import { fixtures } from '../ide/fixture.ts'
import { taken } from '../ide/snippet-trials.ts'
import { type Desk, desk, uriOf, withGrammar } from '../project.ts'

/**
 * Every kind of edit on every bad input: either nothing is offered, or what is offered applies, leaves line ends and
 * indentation as they are, and no file of the folder has a new error or warning, or one more place that does not parse.
 */

withGrammar()

const ROOT = 'w/k3-demo.c'
const LINUX = 'w/k3-demo-linux.c'
const PATHS = [ROOT, LINUX]
const PAIR = Object.fromEntries(
  ['k3-demo.c', 'k3-demo-linux.c'].map(name => [`w/${name}`, fixtures().file(`founding-case/${name}`).text]),
)
const APP = fixtures().file('bare-metal/k3-demo-app.c').text

type Spoil = (text: string) => string

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

const ONE_LINE = /\{\n\s*(\.(?:phys_start|virt_start|type|address)[^{}]*?)\n\s*\}/g
const FIRST_ELEMENT = /(\.mem_regions = \{\n(?:.*\n)*?)(\t\t\/\* control module[^{]*\{[^}]*\},\n)/

/** The first is good: what is not offered there would be tried nowhere. */
const BAD_INPUTS: Readonly<Record<string, Spoil>> = {
  'good input': text => text,
  'lines that end as on Windows': text => text.replaceAll('\n', '\r\n'),
  'lines indented by blanks': text => text.replaceAll('\t', '  '),
  'initializers on one line': text =>
    text.replace(ONE_LINE, (_, fields: string) => `{ ${fields.replace(/\s*\n\s*/g, ' ')} }`),
  'no comma at the end of lists': text => text.replace(/,(\n\t+\})/g, '$1'),
  'an element that a macro makes': text =>
    text
      .replace(
        'struct {',
        `#define CONTROL(at, words) { .phys_start = at, .virt_start = at, .size = 0x20000, .flags = words }\n\nstruct {`,
      )
      .replace(
        FIRST_ELEMENT,
        (_, before: string, element: string) =>
          `${before}\t\tCONTROL(0x00100000, ${/\.flags = ([^,]*),/.exec(element)![1]}),\n`,
      ),
  'a conditional inside a list': text => text.replace(FIRST_ELEMENT, '$1#ifndef WITHOUT_CONTROL\n$2#endif\n'),
  'a conditional whose branches differ': text => text.replace(FIRST_ELEMENT, '$1#ifdef NOWHERE\n$2$2#else\n$2#endif\n'),
  'an array as long as a macro says': text =>
    text
      .replace('struct {', '#define REGIONS 18\n#define LINUX_REGIONS 11\n\nstruct {')
      .replace('mem_regions[18]', 'mem_regions[REGIONS]')
      .replace('mem_regions[11]', 'mem_regions[LINUX_REGIONS]'),
  'a field half typed': text => text.replace('.size = 0x20000,', '.size = 0x20000,\n\t\t\t.fla'),
  'a value half typed': text => text.replace('.size = 0x20000,', '.size = 0x20000 |'),
  'an element half typed': text => text.replace('\t\t/* control', '\t\t{ .phys\n\t\t/* control'),
  'a bracket left open': text => text.replace('.irqchips = {', '.irqchips = {{'),
  'a comment left open': text => text.replace('/* control module', '/* control /* module').replace('*/ {', '{'),
  'half of a file': text => text.slice(0, text.indexOf('.size = 0x20000')),
}

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

/** How many errors and warnings of each rule are in each file. */
function complaints({ findings }: Assessment): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { rule, span, severity } of findings) {
    const name = `${rule.code} ${span.file.uri}`
    if (severity === 'error' || severity === 'warning') counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** What is worse with some edits than without. */
function worse(files: Desk, { edits }: Offer): readonly string[] {
  const uris = files.project.known.map(({ uri }) => uri)
  const edited = withEdits(files.project, edits)
  const [before, after] = [assess(uris, files.project), assess(uris, edited)]
  const old = complaints(before)
  const more = [...complaints(after)].filter(([name, count]) => (old.get(name) ?? 0) < count)
  const broken = [...before.compiled].filter(uri => !after.compiled.has(uri))
  return [
    ...more.map(([name, count]) => `${name}: ${count} instead of ${old.get(name) ?? 0}`),
    ...broken.map(uri => `${uri} no longer compiles`),
    ...PATHS.flatMap(path =>
      layoutFaults(
        files.file(path).text,
        applyEdits(
          files.file(path),
          edits.filter(({ span }) => span.file === files.file(path)),
        ),
      ),
    ),
  ]
}

function layoutFaults(before: string, after: string): readonly string[] {
  const has = (text: string, pattern: RegExp) => pattern.test(text)
  return [
    [/(?<!\r)\n/, 'a line that ends as on Unix'],
    [/\r/, 'a line that ends as on Windows'],
    [/^\t/m, 'a tab'],
    [/^ +[^ *]/m, 'a line indented by blanks'],
    [/[^\S\r\n]$/m, 'blanks at the end of a line'],
  ].flatMap(([pattern, words]) =>
    !has(before, pattern as RegExp) && has(after, pattern as RegExp) ? [String(words)] : [],
  )
}

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
    expect(found.flatMap(offer => worse(files, offer).map(fault => `${offer.title}: ${fault}`))).toEqual([])
    if (KEEPING.includes(kind))
      for (const { title, edits } of found)
        expect(changedBytes(PATHS.map(uriOf), edits, files.project), title).toBeUndefined()
    if (input === INPUTS[0]) expect(found.length).toBeGreaterThan(0)
  })
})
