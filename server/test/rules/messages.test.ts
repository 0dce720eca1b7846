import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commentName } from '../../src/config/comment-name.ts'
import { type Config, cellOf, type Located } from '../../src/config/model.ts'
import { catalogue } from '../../src/rules/catalogue.ts'
import { foldAlike } from '../../src/rules/fold.ts'
import { asSentence, type Finding, helpOf } from '../../src/rules/rule.ts'
import { desk } from '../project.ts'
import { configIn, examine } from './examine.ts'
import { type ExampleFile, examplesOf } from './page.ts'

/** What a person reads of findings: every message that pages and fixtures give, held to one form. */

interface Message {
  readonly where: string
  readonly finding: Finding
}

const ofPages = (): readonly Message[] =>
  catalogue.flatMap(({ id, page }) =>
    examplesOf(page).flatMap(({ line, files }) =>
      examine(files).findings.map(finding => ({ where: `${id}.md:${line}`, finding })),
    ),
  )

const FIXTURES = join(import.meta.dirname, '../../../test-fixtures')

const fixtures = desk(
  Object.fromEntries(
    readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
      .filter(name => /\.(c|h|json)$/.test(name))
      .map(name => [name, readFileSync(join(FIXTURES, name), 'utf8')]),
  ),
)

const analyses = fixtures.project.known
  .map(({ uri }) => uri.replace('file:///', ''))
  .filter(path => path.endsWith('.c'))
  .map(path => ({ path, analysis: fixtures.analyze(path) }))

const ofFixtures = (): readonly Message[] =>
  analyses.flatMap(({ path, analysis }) => analysis.findings.map(finding => ({ where: path, finding })))

const messages = [...ofPages(), ...ofFixtures()]

/** `id.md:12: the text` of the findings that break a bar. */
const breaking = (texts: (finding: Finding) => readonly string[]): readonly string[] => [
  ...new Set(
    messages.flatMap(({ where, finding }) => texts(finding).map(text => `${where} ${finding.rule.code}: ${text}`)),
  ),
]

const textsOf = ({ headline, notes = [], help, related = [], fixes = [] }: Finding): readonly string[] => [
  headline,
  ...notes,
  ...(help === undefined ? [] : [help]),
  ...related.map(({ text }) => text),
  ...fixes.map(({ title }) => title),
]

/** Riddles, stories and people that headlines once had; errno as no kernel log has it. */
const BANNED =
  /\bis no \b|\bwants?\b|\bloses?\b|\bnobody\b|\bgives? back\b|\bfor ever\b|\bwithout a word\b|\bwhole pages\b|(?<![-\w])E(?:INVAL|BUSY|NOMEM|EXIST|NOENT|2BIG|PERM|RANGE|NODEV)\b/

/**
 * The same wherever else people read: in the prose of pages, whose examples are C, and in strings of the source; "nobody
 * cared" is a message of Linux.
 */
const BANNED_PROSE =
  /(?<!there )\bis no (?!longer)|\b(?:is|are) messages\b|\bwants?\b|\bnobody\b(?! cared)|\bwhoever\b|\bgives? (?:\w+ ){0,2}(?:away|back)\b|\bgiven (?:away|back)\b|\btak(?:es?|en) away\b|\bpieces? of (?:a )?pages?\b|\bwhole pages?\b|\bfor ever\b|\bwithout a word\b|\bin vain\b|\bown affair\b|\bloses?\b|\bbelieves?\b|\bdies\b|\bpromises?\b|\bpeople\b|\banswers -E|(?<![-\w])E(?:INVAL|BUSY|NOMEM|EXIST|NOENT|2BIG|PERM|RANGE|NODEV)\b/

const proseOf = (page: string): string => page.replaceAll(/^```.*?^```$/gms, '').replaceAll(/\s+/g, ' ')

test('every page is written in plain words', () => {
  const wrong = catalogue.flatMap(({ id, page }) => {
    const found = BANNED_PROSE.exec(proseOf(page))?.[0]
    return found === undefined ? [] : [`${id}: ${found}`]
  })
  expect(wrong).toEqual([])
})

/** String literals of several words, comments left out. */
const stringsOf = (code: string): readonly string[] =>
  [
    ...code
      .replaceAll(/\/\*.*?\*\/|(?<=^|\s)\/\/[^\n]*/gms, '')
      .matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"/g),
  ]
    .map(([, single, template, double]) => single ?? template ?? double ?? '')
    .filter(text => text.includes(' '))

test('every text of the source is written in plain words', () => {
  const SOURCES = ['server/src', 'client/src'].map(folder => join(import.meta.dirname, '../../..', folder))
  const wrong = SOURCES.flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .flatMap(name => stringsOf(readFileSync(join(folder, name), 'utf8')).filter(text => BANNED_PROSE.test(text))),
  )
  expect(wrong).toEqual([])
})

/** What a headline that tells the remedy as well would append. */
const REMEDY = /; (?:add|drop|give|keep|leave|let|make|move|remove|set|share|split|take|use|write)\b/

describe('every message', () => {
  test('has a headline of at most 90 characters without being cut', () => {
    const outsideNames = (headline: string) => headline.replaceAll(/"[^"]*"/g, '')
    expect(
      breaking(({ headline }) => (headline.length > 90 || outsideNames(headline).includes('…') ? [headline] : [])),
    ).toEqual([])
  })
  test('keeps to that whatever people call elements, fields and files', () => {
    const long = 'long'.repeat(50)
    const text = `#include <jailhouse/cell-config.h>
#include "${long}.h"
struct { struct jailhouse_cell_desc cell; struct jailhouse_memory mem_regions[60]; } __attribute__((packed)) config = {
  .cell = { .signature = JAILHOUSE_CELL_DESC_SIGNATURE, .revision = JAILHOUSE_CONFIG_REVISION, .name = "${long}",
    .num_memory_regions = ARRAY_SIZE(config.mem_regions) },
  .mem_regions = {
    ${`/* ${long} */ { .phys_start = 0x80000001, .virt_start = 0x80000000, .size = 0x2000, .flags = JAILHOUSE_MEM_READ },`.repeat(60)}
  },
};
`
    const { findings } = desk({ [`${long}.c`]: text }).analyze(`${long}.c`)
    const headlines = foldAlike(findings).map(({ headline }) => headline)
    expect(headlines.filter(headline => headline.includes('longlong')).length).toBeGreaterThan(2)
    expect(headlines.filter(headline => / more$/.test(headline)).length).toBeGreaterThan(0)
    expect(headlines.filter(headline => headline.length > 90)).toEqual([])
  })
  test('has no more than three notes', () => {
    expect(breaking(({ headline, notes = [] }) => (notes.length > 3 ? [headline] : []))).toEqual([])
  })
  test('is of one line and ends without a full stop', () => {
    expect(breaking(finding => textsOf(finding).filter(text => /[.\r\n]$|[\r\n]/.test(text)))).toEqual([])
  })
  test('is written in plain words', () => {
    expect(breaking(finding => textsOf(finding).filter(text => BANNED.test(text)))).toEqual([])
  })
  test('leaves the remedy to its help line', () => {
    expect(breaking(({ headline }) => (REMEDY.test(headline) ? [headline] : []))).toEqual([])
  })
  test('helps by what the first fix does', () => {
    expect(
      breaking(finding => {
        const [first] = finding.fixes ?? []
        return first && helpOf(finding) !== asSentence(first.title) ? [helpOf(finding) ?? ''] : []
      }),
    ).toEqual([])
  })
  test('has fixes whose titles are short and begin with a capital', () => {
    const isTitle = (title: string) => /^[A-Z][a-z]+ /.test(title) && title.length <= 90
    expect(breaking(({ fixes = [] }) => fixes.map(({ title }) => title).filter(title => !isTitle(title)))).toEqual([])
  })
})

/** At the beginning of a headline: `mem_regions[3]`, `sub-page region 3`, `end of region 3`. */
const numbered = (array: string, noun: string): RegExp =>
  new RegExp(`^(?:[\\w-]+ ){0,3}(?:${array}\\[|${noun} )(\\d+)\\b(?!:)`)

/** What headlines call the elements of an array, and its elements in a configuration. */
const ARRAYS: readonly (readonly [name: RegExp, elements: (config: Config) => readonly Element[]])[] = [
  [numbered('mem_regions', 'region'), config => cellOf(config).mem_regions],
  [numbered('irqchips', 'irqchip'), config => cellOf(config).irqchips],
  [numbered('pci_devices', 'device'), config => cellOf(config).pci_devices],
  [numbered('pci_caps', 'capability'), config => cellOf(config).pci_caps],
  [numbered('cache_regions', 'cache region'), config => cellOf(config).cache_regions],
  [numbered('pio_regions', 'port range'), config => cellOf(config).pio_regions],
  [
    numbered('(?:platform_info\\.)?iommu_units', 'unit'),
    config => (config.kind === 'system' ? config.platform_info.iommu_units : []),
  ],
]

type Element = Located & { readonly index: number }

/** Whether a headline begins with the number of an element that a comment names. */
const isNumbered = ({ headline, span }: Finding, configs: readonly Config[]): boolean =>
  configs.some(config =>
    ARRAYS.some(([name, elementsOf]) => {
      const index = name.exec(headline)?.[1]
      const element = elementsOf(config).find(each => each.index === Number(index))
      return span.file === config.file && element !== undefined && commentName(element, 42) !== undefined
    }),
  )

describe('a headline begins with the comment of an element where there is one', () => {
  test('in the fixtures', () => {
    const found = analyses.flatMap(({ path, analysis: { config, findings } }) =>
      findings.filter(finding => config && isNumbered(finding, [config])).map(({ headline }) => `${path}: ${headline}`),
    )
    expect(found).toEqual([])
  })
  test('in what all pages show, each element with a comment before it', () => {
    const named = new Set<string>()
    const found: string[] = []
    for (const { id, page } of catalogue)
      for (const { line, files } of examplesOf(page)) {
        const { findings, configs } = examine(files.map(withComments))
        for (const finding of findings) {
          if (finding.headline.startsWith('"Part ')) named.add(finding.rule.code)
          if (isNumbered(finding, configs)) found.push(`${id}.md:${line} ${finding.rule.code}: ${finding.headline}`)
        }
      }
    expect(found).toEqual([])
    expect(named.size).toBeGreaterThan(40)
  })
  test.each([
    ['mem_regions[1] is not page-aligned', true],
    ['region 1 is not page-aligned', true],
    ['sub-page region 1 of the root is not shared', true],
    ['end of region 1 is out of range', true],
    ['"RAM" is not page-aligned', false],
    ['region 0 is not page-aligned', false],
  ])('which tells %s', (headline, expected) => {
    const text = '.mem_regions = { { .size = 1 }, /* RAM */ { .size = 1 } },'
    const { findings, configs } = examine(examplesOf(`\`\`\`c bad\n${text}\n\`\`\``)[0]?.files ?? [])
    const finding = findings.find(({ span }) => span.file === configs[0]?.file)
    expect(finding && isNumbered({ ...finding, headline }, configs)).toBe(expected)
  })
})

/** The file with a comment before each element that is spelled in it. */
function withComments(file: ExampleFile): ExampleFile {
  const config = configIn(file)
  if (!config) return file
  const starts = ARRAYS.flatMap(([, elementsOf]) => elementsOf(config))
    .flatMap(({ source }) => (source?.origin && !source.origin.expandedAt ? source.origin.spelled.start : []))
    .filter(start => file.text[start] === '{')
    .toSorted((a, b) => b - a)
  const text = [...new Set(starts)].reduce(
    (before, start) => `${before.slice(0, start)}\n/* Part ${file.name} ${start} */\n${before.slice(start)}`,
    file.text,
  )
  return { ...file, text }
}

/** Words by which a title says what is wrong: what is absent, unlike, elsewhere, too much, or done to whom. */
const FAULT = new RegExp(
  `\\b(?:${[
    'no|not|cannot|non|without|lacks|missing|un(?!its?\\b)\\w{4,}|in(?:valid|complete|accessible|consistent|effective)|mis\\w+',
    'differs?|different|unlike|other|another|else|foreign|two|second|duplicate|twice|more than one|same|conflicting',
    'contradicts|both|overlapping|outside|beyond|behind|across|within System RAM|over|out of range|partly|hidden',
    'too|more than|excess|exhausted|split|many|zero-\\w+|padding|(?:read|inmate)-only',
    'wrong|error|problem|refused|warning|bypass(?:es)?|takes?|keeps|shares|raises|maps|mapped|looks like',
    '(?:assigned|given|taken|set|enabled|recorded|granted|left|translated) (?:to|into|from|in|by|with|behind)',
  ].join('|')})\\b`,
  'i',
)

/** Words of what should be. */
const NORM =
  /\b(?:is|are|was|has|have|does|do|can|may|must|should|stands?|exactly|(?<!-)only|every|each|always|at (?:least|most)|per)\b/i

const namesFault = (title: string): boolean => FAULT.test(title) && !NORM.test(title)

describe('titles', () => {
  const titles = catalogue.map(({ title }) => title)
  test('name faults', () => {
    expect(titles.filter(title => !namesFault(title))).toEqual([])
  })
  test.each([
    'Exactly one communication region per cell',
    'Every region has read access',
    'A cell that is asked can answer',
    'What is written is read',
    'Communication region of one page',
    'CPUs of the root cell',
    'Must not overlap',
    'Interrupts belong to one cell at most',
    'Regions aligned to pages',
    'Root grants what inmates use',
    'Unit of the IOMMU',
    'Inmate interrupts',
  ])('and %s is none', title => {
    expect(namesFault(title)).toBe(false)
  })
  test('are short, begin with a capital and end without a full stop', () => {
    expect(titles.filter(title => title.length > 60 || !/^[A-Z]|^[a-z]+_/.test(title) || title.endsWith('.'))).toEqual(
      [],
    )
  })
  test('differ', () => {
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
  })
})
