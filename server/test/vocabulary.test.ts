import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Names are the field's: words this project once made up for itself stay out of identifiers and file names. */

const root = join(import.meta.dirname, '../src')

/** Folders in which every name has been looked at. */
const FOLDERS = ['text', 'c', 'config', 'machine']

const PRIVATE = new RegExp(
  `\\b(${[
    ...['perVersions?', 'lastRead', 'scenariosUnder', 'Look', 'unasked', 'Asking', 'asking', 'Placed', 'nowhere'],
    ...[
      'headOf',
      'placeOf',
      'Pieces?',
      'pieces?',
      'Cutter',
      'cutter',
      'outline',
      'Mender',
      'mend',
      'mended',
      'Slot',
      'slots?',
    ],
    ...['leafOf', 'ousted', 'finished', 'tell[A-Z]\\w*', 'tell', 'told', 'UseOfMacro', 'culprit', 'Culprit', 'because'],
    ...['obey', 'wake', 'asState', 'draftOf', 'unmapFromRootCell', 'remapToRootCell', 'pagingCreate', 'iommuMap'],
    ...['MOST\\w*', 'DEEPEST', 'LONGEST\\w*', 'KEPT', 'GLANCE', 'private'],
  ].join('|')})\\b`,
)

/** The shells and what stands beside the pipe, by words of their own. */
const SHELLS = ['lsp', 'cli']
const PRIVATE_IN_SHELLS =
  /\b(Standing|standing|heed|guarding\w*|Guard|Abilities|abilities\w*|Credible|restsOnHalfTyped|Diagnose|soon|patience|Misuse|commandsFrom|Asking|asking|casesOf|Case|cases|told|MOST_\w+|GLANCE|LARGEST|Spot|spot|locate|fitted|flagHere|judge|Charge|Fault|Verdict|heard|silence)\b/

/** Without comments and texts. */
const codeOf = (source: string): string =>
  source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '')

const files = FOLDERS.flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(folder, name)),
)

test('no private word is an identifier', () => {
  const found = files.flatMap(file => {
    const word = PRIVATE.exec(codeOf(readFileSync(join(root, file), 'utf8')))
    return word ? [`${file}: ${word[0]}`] : []
  })
  expect(found).toEqual([])
})

test('no private word is a file name', () => {
  expect(files.filter(file => PRIVATE.test(file) || /per-version|macro-use|drafts/.test(file))).toEqual([])
})

test('nor one of the shells', () => {
  const shells = SHELLS.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)),
  )
  const found = [...shells.filter(name => name.endsWith('.ts')), 'analyze.ts', 'query.ts', 'scenarios.ts'].flatMap(
    file => {
      const word = PRIVATE_IN_SHELLS.exec(codeOf(readFileSync(join(root, file), 'utf8')))
      return word ? [`${file}: ${word[0]}`] : []
    },
  )
  expect(found).toEqual([])
  expect(
    shells.filter(name =>
      /(?<!cap)abilities|asking|credible|diagnose\.|elsewhere|guard|shapes|command-words/.test(name),
    ),
  ).toEqual([])
})
