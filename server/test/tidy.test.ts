import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

/** The architecture is a list of absences; this checks the list. */

const root = join(import.meta.dirname, '../src')
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => join(root, name))

const LAYERS = [
  'text',
  'c',
  'config',
  'platform',
  'machine',
  'edit',
  'rules',
  'query.ts',
  'scenarios.ts',
  'analyze.ts',
  'repair',
  'ide',
  'disk',
  'lsp',
  'cli',
]
const layerOf = (file: string): number => LAYERS.indexOf(relative(root, file).split('/')[0] ?? '')
const isShell = (file: string): boolean => layerOf(file) >= LAYERS.indexOf('disk')

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^\s*(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'/gm)].map(
    ([, from, bare]) => from ?? bare ?? '',
  )

const relativeImports = (file: string): readonly string[] =>
  importsOf(file)
    .filter(name => name.startsWith('.'))
    .map(name => join(dirname(file), name))

test('every source belongs to a known folder', () => {
  expect(sources.filter(file => layerOf(file) < 0).map(file => relative(root, file))).toEqual(['assets.d.ts'])
})

test('a folder imports only itself and folders to its left', () => {
  const wrong = sources.flatMap(file =>
    relativeImports(file)
      .filter(target => target.startsWith(root) && layerOf(target) > layerOf(file))
      .map(target => `${relative(root, file)} -> ${relative(root, target)}`),
  )
  expect(wrong).toEqual([])
})

test('lsp and cli do not know each other', () => {
  const crossing = sources.flatMap(file => {
    const other = { lsp: '/cli/', cli: '/lsp/' }[relative(root, file).split('/')[0] ?? '']
    return relativeImports(file)
      .filter(target => other !== undefined && target.startsWith(root) && target.includes(other))
      .map(target => `${relative(root, file)} -> ${relative(root, target)}`)
  })
  expect(crossing).toEqual([])
})

test('a rule sees no text, token, grammar or syntax node', () => {
  const seeing = sources
    .filter(file => /^rules\/\w+\//.test(relative(root, file)))
    .flatMap(file =>
      relativeImports(file)
        .map(target => relative(root, target))
        .filter(target => /^c\/(parse|preprocess|recover\/(?!closest)|raw|token)|^text\/encoding/.test(target))
        .map(target => `${relative(root, file)} -> ${target}`),
    )
  expect(seeing).toEqual([])
})

test('every page stands beside its rule, and every rule in the catalogue', () => {
  const rules = join(root, 'rules')
  const pages = readdirSync(rules, { recursive: true, encoding: 'utf8' }).filter(name => /^\w+\/.*\.md$/.test(name))
  const catalogue = readFileSync(join(rules, 'catalogue.ts'), 'utf8')
  const missing = pages.filter(page => !catalogue.includes(`'./${page.replace(/md$/, 'ts')}'`))
  expect(missing).toEqual([])
  const withoutPage = sources
    .filter(file => /^\s+code: 'JH\d+',$/m.test(readFileSync(file, 'utf8')))
    .map(file => relative(rules, file).replace(/ts$/, 'md'))
    .filter(page => !pages.includes(page))
  // What the compiler would say is several rules in one file, whose pages stand one by one.
  expect(withoutPage.filter(page => page !== 'file/problems.md')).toEqual([])
})

test('the client knows the names of the protocol and nothing else of the server', () => {
  const client = join(root, '../../client/src')
  const reaching = readdirSync(client, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .flatMap(name =>
      relativeImports(join(client, name))
        .filter(target => target.startsWith(root) && target !== join(root, 'lsp/protocol.ts'))
        .map(target => `${name} -> ${relative(root, target)}`),
    )
  expect(reaching).toEqual([])
  // What views draw is part of it, and imports nothing.
  expect(importsOf(join(root, 'lsp/protocol.ts'))).toEqual(['../ide/views/model.ts', '../ide/views/tree-model.ts'])
  expect(importsOf(join(root, 'ide/views/tree-model.ts'))).toEqual(['./model.ts'])
  expect(importsOf(join(root, 'ide/views/model.ts'))).toEqual([])
})

/** Parsers that are loaded once for the whole process; trees kept for the next edit; a table built once; a name a node. */
const KEEPING = [
  'c/parse/grammar.ts',
  'c/preprocess/condition.ts',
  'c/raw/tree.ts',
  'c/values/expression.ts',
  'platform/tree/grammar.ts',
]

test('no module keeps state but the memo and those that are listed', () => {
  const keeping = sources.filter(file =>
    /^(export )?let |^(export )?const \w+(: (?!Readonly)[^=\n]+)? = new (Map|Set|WeakMap|WeakSet)(<[^\n]*>)?\(\)|^(export )?const \w+: [^=\n]*(?<!readonly [\w[\]<>, ]*)\[\] = \[\]/m.test(
      readFileSync(file, 'utf8'),
    ),
  )
  expect(
    keeping
      .map(file => relative(root, file))
      .filter(name => name !== 'text/memo.ts')
      .sort(),
  ).toEqual(KEEPING)
})

test('there are no import cycles, type imports included', () => {
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].map(name => relative(root, name)).join(' -> '))
      return
    }
    state.set(file, 'open')
    for (const target of relativeImports(file).filter(name => name.endsWith('.ts'))) visit(target, [...path, file])
    state.set(file, 'done')
  }
  for (const file of sources) visit(file, [])
  expect(cycles).toEqual([])
})

test('only the shells know node, VS Code and the protocol', () => {
  const outside = sources
    .filter(file => !isShell(file))
    .filter(file => importsOf(file).some(name => /^(node:|vscode)/.test(name)))
  expect(outside.map(file => relative(root, file))).toEqual([])
})

test('the C front end has never heard of Jailhouse', () => {
  const knowing = sources
    .filter(file => layerOf(file) === LAYERS.indexOf('c'))
    .filter(file => /jailhouse/i.test(readFileSync(file, 'utf8').replaceAll(/tree-sitter-jailhouse/g, '')))
  expect(knowing.map(file => relative(root, file))).toEqual([])
})

test('nothing in the core reads, fetches or starts anything', () => {
  const reaching = sources
    .filter(file => !isShell(file))
    .filter(file =>
      /\b(fetch|XMLHttpRequest|WebSocket|require|eval)\(|\bnew Function\(/.test(readFileSync(file, 'utf8')),
    )
  expect(reaching.map(file => relative(root, file))).toEqual([])
})

test('the text as typed is read in c/raw alone', () => {
  const readers = sources
    .filter(file => layerOf(file) > LAYERS.indexOf('c'))
    .filter(file =>
      relativeImports(file).some(target => /\/src\/c\/preprocess\/(lex|directive|macro|splice)\.ts/.test(target)),
    )
  expect(readers.map(file => relative(root, file))).toEqual([])
})

test('no regular expression runs over the text of a C file', () => {
  const scanning = sources
    .filter(file => layerOf(file) > LAYERS.indexOf('c') && !file.endsWith('config/json-file.ts'))
    .flatMap(file =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map(line => ({ file: relative(root, file), line })),
    )
    .filter(({ line }) =>
      /\b(file|main|document)\.text\.(match|matchAll|search|replace|replaceAll|split)\(|(test|exec)\([^)]*\b(file|main)\.text/.test(
        line,
      ),
    )
  expect(scanning).toEqual([])
})
