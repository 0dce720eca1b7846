import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/**
 * Names are the field's: words this project once made up for itself stay out of identifiers, comments and file names.
 * Words that are C's, the header's, LSP's or plain English in another sense are not listed: `slot` of PCI, `outline` of
 * an editor, `Case` of a switch, `covers` of ranges.
 */

const root = join(import.meta.dirname, '../..')
const PLACES = ['server/src', 'client/src']

const files = PLACES.flatMap(place =>
  readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(ts|md)$/.test(name))
    .map(name => join(place, name)),
)
const sources = files.filter(name => name.endsWith('.ts'))

/** By rows of the same kind: remembering, looking up, places, chunks, initializers, reporting, rules, machine, shells, bounds. */
const IDENTIFIERS = [
  ...['perVersions?', 'Met', 'lastRead', 'scenariosUnder'],
  ...['Look', 'unasked', 'Asking', 'asking'],
  ...['Placed', 'placed', 'nowhere', 'headOf', 'placeOf', 'site', 'Spot', 'spot', 'locate'],
  ...['[Pp]ieces?', '[Cc]utter', 'Slot', 'leafOf', 'ousted', '[Mm]ender', 'mend(s|ed|ing)?'],
  ...['tell([A-Z]\\w*)?', 'told', 'TOLD', 'say', 'culprit', 'Culprit', 'because(?!:)', 'UseOfMacro', 'spelling'],
  ...['Charge', 'chargeUnit', 'heard', 'silence', 'judge', 'fitted', 'elsewhere(?!:)', 'flagHere', 'dmaNow'],
  ...['obey', 'wake', 'asState', 'perform', 'manage', 'draftOf'],
  ...['unmapFromRootCell', 'remapToRootCell', 'pagingCreate', 'iommuMap'],
  ...['Standing', 'heed', 'guarding\\w*', 'Guard', '[Aa]bilities\\w*', 'Credible', 'restsOnHalfTyped', 'Diagnose'],
  ...['soon', 'patience', 'Misuse', 'commandsFrom', 'casesOf'],
  ...['MOST(_\\w+)?', 'DEEPEST(_\\w+)?', 'LONGEST(_\\w+)?', 'LARGEST(_\\w+)?', 'LEAST(_\\w+)?', 'KEPT', 'GLANCE'],
  ...['(?!interrupt)\\w+Limit', 'foundingCase', 'foundingPair'],
]

/** What other words meant in one folder only. */
const IN_FOLDERS: readonly [folder: RegExp, words: readonly string[]][] = [
  [/src\/c\//, ['slots?', 'outline', 'finished']],
  [/src\/(lsp|cli)\//, ['Case', 'cases', 'Verdict', 'shapes']],
  [/src\/rules\//, ['Verdict', 'Fault', 'Case', 'covers:']],
]

/** Said in comments with a meaning of their own. */
const IN_COMMENTS = ['told', '[Pp]ieces?', 'mend(s|ed|ing)?', '[Cc]ulprits?', 'founding', 'perVersion', '[Mm]ender']

const IN_FILE_NAMES =
  /per-version|macro-use|drafts|(?<!cap)abilities|asking|credible|diagnose\.|guard|shapes|command-words|founding|spot|(?<!non)verdict-rule|piece|cutter|slot|misuse/

const TEXT_OR_COMMENT = /'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/.*/g

const codeOf = (source: string): string => source.replaceAll(TEXT_OR_COMMENT, ' ')
const commentsOf = (source: string): string =>
  (source.match(TEXT_OR_COMMENT) ?? []).filter(part => part.startsWith('/')).join('\n')

const wordsIn = (text: string, words: readonly string[]): readonly string[] => [
  ...new Set(text.match(new RegExp(`(?<![\\w-])(${words.join('|')})(?![\\w-])`, 'g'))),
]

const found = sources.map(file => {
  const source = readFileSync(join(root, file), 'utf8')
  const own = IN_FOLDERS.flatMap(([folder, words]) => (folder.test(file) ? words : []))
  return {
    identifiers: wordsIn(codeOf(source), [...IDENTIFIERS, ...own]).map(word => `${file}: ${word}`),
    comments: wordsIn(commentsOf(source), IN_COMMENTS).map(word => `${file}: ${word}`),
  }
})

test('no private word is an identifier', () => {
  expect(found.flatMap(({ identifiers }) => identifiers)).toEqual([])
})

test('no private word stands in a comment', () => {
  expect(found.flatMap(({ comments }) => comments)).toEqual([])
})

test('no private word is a file name', () => {
  expect(files.filter(file => IN_FILE_NAMES.test(file))).toEqual([])
})

test('what is private is one field, and nothing is said with the keyword', () => {
  expect(sources.filter(file => /\bprivate\b/.test(codeOf(readFileSync(join(root, file), 'utf8'))))).toEqual([])
})
