import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'

/**
 * Names are the field's: words this project once made up for itself stay out of identifiers, comments and file names, of
 * sources, tests, scripts and pages alike. Words that are C's, the header's, LSP's or plain English in another sense are
 * not listed: `slot` of PCI, `outline` of an editor, `Case` of a switch, `covers` of ranges.
 */

const root = join(import.meta.dirname, '../..')

/** What is built, generated or somebody else's. */
const FOREIGN = /(?:^|\/)(?:node_modules|dist|\.\w[^/]*|results?|coverage)\/|^grammars\/[\w-]+\/src\//

const PLACES = ['bench', 'client', 'docs', 'e2e', 'grammars', 'scripts', 'server', 'test-fixtures']
const files = PLACES.flatMap(place =>
  readdirSync(join(root, place), { recursive: true, encoding: 'utf8' }).map(name => join(place, name)),
).filter(name => !FOREIGN.test(name))
const sources = files.filter(name => /\.[cm]?[jt]sx?$/.test(name) && !name.endsWith('vocabulary.test.ts'))
const pages = files.filter(name => name.endsWith('.md'))

/** Whole identifiers, by rows of the same kind: remembering, looking up, places, reporting, rules, machine, bounds. */
const IDENTIFIERS = [
  ...[
    'Met',
    'Look',
    'site',
    'locate',
    'Slot',
    'say',
    'tell([A-Z]\\w*)?',
    'TOLD',
    'spelling',
    'UseOfMacro',
    'because(?!:)',
  ],
  ...['Charge', 'chargeUnit', 'silence', 'elsewhere(?!:)', 'flagHere', 'dmaNow', 'manage', 'Guard'],
  ...['MOST(_\\w+)?', 'DEEPEST(_\\w+)?', 'LONGEST(_\\w+)?', 'LARGEST(_\\w+)?', 'LEAST(_\\w+)?', 'KEPT', 'GLANCE'],
  ...['(?!interrupt)\\w+Limit'],
]

/** Words of a name, wherever they stand in it: `theCulprit`, `MAX_PATIENCE`, `place-of-region.ts`. */
const PARTS: readonly string[] = [
  ...['per version', 'last read', 'scenarios under', 'unasked', 'asking', 'placed', 'nowhere', 'head of', 'place of'],
  ...[
    'spot',
    'spots',
    'piece',
    'pieces',
    'cutter',
    'leaf of',
    'ousted',
    'mender',
    'mend',
    'mends',
    'mended',
    'mending',
  ],
  ...['told', 'culprit', 'culprits', 'heard', 'judge', 'judged', 'fitted', 'flag here', 'dma now', 'obey'],
  ...[
    'wake',
    'as state',
    'perform',
    'draft of',
    'drafts',
    'unmap from root cell',
    'remap to root cell',
    'paging create',
  ],
  ...[
    'iommu map',
    'standing',
    'heed',
    'guarding',
    'ability',
    'abilities',
    'credible',
    'rests on half typed',
    'diagnose',
  ],
  ...['soon', 'patience', 'misuse', 'commands from', 'founding', 'macro use of'],
]

/** C's own names, which this project takes letter for letter. */
const OF_C = /^(?:unmap_from_root_cell|remap_to_root_cell|paging_create\w*|iommu_map\w*)$/

/** What other words meant in one folder only. */
const IN_FOLDERS: readonly [folder: RegExp, words: readonly string[]][] = [
  [/src\/c\//, ['slots?', 'outline', 'finished', 'shapes?']],
  [/src\/(lsp|cli)\//, ['Case', 'cases', 'casesOf', 'Verdict', 'shapes']],
  [/src\/rules\//, ['Verdict', 'Fault', 'Case', 'covers:']],
]

/** Said in comments and on pages with a meaning of their own. */
const IN_PROSE = [
  'told',
  '[Pp]ieces?',
  'mend(s|ed|ing)?',
  '[Cc]ulprits?',
  'founding',
  'perVersion',
  '[Mm]ender',
  'misuse',
]

const IN_FILE_NAMES = /macro-use\.|(?<!cap)abilities|guard|shapes|command-words|(?<!non)verdict-rule|slot\./

/** Strings, comments, and regular expressions where a value may stand. */
const TEXT_OR_COMMENT =
  /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/.*|(?<=[(,=:[!&|?]\s*)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//g

const codeOf = (source: string): string => source.replaceAll(TEXT_OR_COMMENT, ' ')
const commentsOf = (source: string): string =>
  (source.match(TEXT_OR_COMMENT) ?? []).filter(part => /^\/[/*]/.test(part)).join('\n')

const wordsIn = (text: string, words: readonly string[]): readonly string[] => [
  ...new Set(text.match(new RegExp(`(?<![\\w-])(${words.join('|')})(?![\\w-])`, 'g'))),
]

/** `place of region` of `placeOfRegion`, `PLACE_OF_REGION` and `place-of-region`. */
const partsOf = (name: string): string =>
  (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []).join(' ').toLowerCase()

/** The private words in a name. */
const privateIn = (name: string): readonly string[] => {
  const parts = ` ${partsOf(name)} `
  return OF_C.test(name) ? [] : PARTS.filter(words => parts.includes(` ${words} `))
}

const namesIn = (code: string): readonly string[] => [...new Set(code.match(/[A-Za-z_$][\w$]*/g))]

const found = sources.map(file => {
  const source = readFileSync(join(root, file), 'utf8')
  const code = codeOf(source)
  const own = IN_FOLDERS.flatMap(([folder, words]) => (folder.test(file) ? words : []))
  const compounds = namesIn(code).filter(name => privateIn(name).length > 0)
  return {
    identifiers: [...wordsIn(code, [...IDENTIFIERS, ...own]), ...compounds].map(word => `${file}: ${word}`),
    comments: wordsIn(commentsOf(source), IN_PROSE).map(word => `${file}: ${word}`),
  }
})

test('no private word is an identifier, or a part of one', () => {
  expect(found.flatMap(({ identifiers }) => identifiers)).toEqual([])
})

test('no private word stands in a comment', () => {
  expect(found.flatMap(({ comments }) => comments)).toEqual([])
})

test('no private word stands on a page', () => {
  const proseOf = (page: string) => readFileSync(join(root, page), 'utf8').replaceAll(/^```.*?^```$/gms, '')
  expect(pages.flatMap(page => wordsIn(proseOf(page), IN_PROSE).map(word => `${page}: ${word}`))).toEqual([])
})

test('no private word is a file name, or a part of one', () => {
  const nameOf = (file: string) => basename(file).replace(/\.\w+$/, '')
  const named = [...sources, ...pages].filter(file => IN_FILE_NAMES.test(file) || privateIn(nameOf(file)).length > 0)
  expect(named).toEqual([])
})

test.each([
  'placeOfRegion',
  'theCulprit',
  'MAX_PATIENCE',
  'PATIENCE_MS',
  'isAsking',
  'patience',
  'lastCutter',
  'halfMended',
  'foundingCase',
  'PlacedBox',
  'unmapFromRootCell',
  'regions_per_version',
])('%s is private', name => {
  expect(privateIn(name)).not.toEqual([])
})

test.each(['placement', 'capabilities', 'unmap_from_root_cell', 'amendment', 'spotless', 'becauseless', 'headOffset'])(
  '%s is not private',
  name => {
    expect(privateIn(name)).toEqual([])
  },
)

test('what is private is one field, and nothing is said with the keyword', () => {
  const ours = sources.filter(file => /^(?:server|client)\/src\//.test(file))
  expect(ours.filter(file => /\bprivate\b/.test(codeOf(readFileSync(join(root, file), 'utf8'))))).toEqual([])
})
