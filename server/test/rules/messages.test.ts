import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commentName } from '../../src/config/comment-name.ts'
import { type Config, cellOf } from '../../src/config/model.ts'
import { catalogue } from '../../src/rules/catalogue.ts'
import { asSentence, type Finding, helpOf } from '../../src/rules/rule.ts'
import { foldAlike } from '../../src/rules/run-rules.ts'
import { desk } from '../project.ts'
import { examine } from './examine.ts'
import { examplesOf } from './page.ts'

/** What a person reads of findings: every message that pages and fixtures give, held to one form. */

interface Told {
  readonly where: string
  readonly finding: Finding
}

const ofPages = (): readonly Told[] =>
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

const ofFixtures = (): readonly Told[] =>
  analyses.flatMap(({ path, analysis }) => analysis.findings.map(finding => ({ where: path, finding })))

const told = [...ofPages(), ...ofFixtures()]

/** `id.md:12: the text` of the findings that break a bar. */
const breaking = (texts: (finding: Finding) => readonly string[]): readonly string[] => [
  ...new Set(
    told.flatMap(({ where, finding }) => texts(finding).map(text => `${where} ${finding.rule.code}: ${text}`)),
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

/** The same wherever else people read: in the prose of pages, whose examples are C, and in strings of the source. */
const BANNED_PROSE =
  /(?<!there )\bis no (?!longer)|\b(?:is|are) told\b|\bwants?\b|\bnobody\b|\bwhoever\b|\bgives? (?:\w+ ){0,2}(?:away|back)\b|\bgiven (?:away|back)\b|\btak(?:es?|en) away\b|\bpieces? of (?:a )?pages?\b|\bwhole pages?\b|\bfor ever\b|\bwithout a word\b|\bin vain\b|\bown affair\b|\bloses?\b|\bbelieves?\b|\bdies\b|\bpromises?\b|\bpeople\b|\banswers -E|(?<![-\w])E(?:INVAL|BUSY|NOMEM|EXIST|NOENT|2BIG|PERM|RANGE|NODEV)\b/

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
    .${long} = 1, .num_memory_regions = ARRAY_SIZE(config.mem_regions) },
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

/** The region a headline begins with by its number, if it does. */
function numberedRegion({ headline, span }: Finding, config: Config) {
  const index = /^(?:\w+ (?:of )?)?region (\d+)\b/.exec(headline)?.[1]
  const { mem_regions } = cellOf(config)
  return index === undefined || span.file !== config.file
    ? undefined
    : mem_regions.find(region => region.index === Number(index))
}

test('a headline begins with the comment of a region where there is one', () => {
  const numbered = analyses.flatMap(({ path, analysis: { config, findings } }) =>
    findings.flatMap(finding => {
      const region = config && numberedRegion(finding, config)
      return region && commentName(region, 42) !== undefined ? [`${path}: ${finding.headline}`] : []
    }),
  )
  expect(numbered).toEqual([])
})

describe('titles', () => {
  const titles = catalogue.map(({ title }) => title)
  test('name faults and state no norms', () => {
    const isNorm = (title: string) => /\b(?:is|are|was|has|have|does|do|can|may|must|should|stands?)\b/.test(title)
    expect(titles.filter(isNorm)).toEqual([])
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
