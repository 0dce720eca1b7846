import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { catalogue } from '../src/rules/catalogue.ts'

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

/** By every form there is: `import`, `import type`, `export … from`, `import()` of a module or a type. */
const importsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/\bfrom\s*'([^']+)'|\bimport\s*\(?\s*'([^']+)'|\brequire\('([^']+)'/g)].map(
    ([, from, direct, required]) => from ?? direct ?? required ?? '',
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

test('tables of words answer to their own words alone', () => {
  const open = sources.filter(file =>
    /^(export )?const \w+: Readonly<Record<string, .*>> = \{/m.test(readFileSync(file, 'utf8')),
  )
  expect(open.map(file => relative(root, file))).toEqual([])
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
    // Policy reads the comments that ask to be silent.
    .filter(file => /^rules\/(?!policy\.ts)/.test(relative(root, file)))
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
  const texts = new Set(catalogue.map(({ page }) => page))
  expect(pages.filter(page => !texts.has(readFileSync(join(rules, page), 'utf8')))).toEqual([])
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

/** Parsers that are loaded once for the whole process, and what the memo keeps. */
const KEEPING = ['c/parse/grammar.ts', 'platform/tree/grammar.ts']

/** What can change after its module is loaded: a `let`, or a collection whose type does not say that it is only read. */
const STATE = [
  /^(?:export )?(?:let|var) /,
  /^(?:export )?const \w+(?:: (?!Readonly)[^=]+)? = new (?:Map|Set|WeakMap|WeakSet|Array)\b/,
  /^(?:export )?const \w+(?:: (?!readonly |Readonly)[^=]+)? = \[\](?! as const)/,
  /^(?:export )?const \w+(?:: (?!Readonly)[^=]+)? = \{\}/,
  /^(?:export )?const \w+: (?:Map|Set|WeakMap|WeakSet|Record)</,
  /^ {2}static (?!readonly )/,
]

/** A collection of fixed members is no state as long as nobody changes it. */
const changed = (code: string, name: string): boolean =>
  new RegExp(
    `(?<![.\\w])${name}(?:\\.(?:set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill)\\(|(?:\\[[^\\]]*\\]|\\.(?!lastIndex)\\w+)\\s*(?:[-+*|&^]|\\?\\?|\\|\\|)?=(?!=))`,
  ).test(code)

const stateOf = (file: string): boolean => {
  const code = readFileSync(file, 'utf8')
  const lines = code.split('\n')
  return lines.some(line => {
    if (STATE.some(form => form.test(line)) && !/= new (?:Map|Set)(?:<[^(]*>)?\((?!\))/.test(line)) return true
    const name = /^(?:export )?const (\w+)\b(?!.* = new (?:Recent|LatestByName)\b)/.exec(line)?.[1]
    return name !== undefined && changed(code, name)
  })
}

test('no module keeps state but the memo and those that are listed', () => {
  expect(
    sources
      .filter(stateOf)
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

test('the architecture is read in one go', () => {
  const page = readFileSync(join(root, '../../docs/ARCHITECTURE.md'), 'utf8')
  expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(150)
})

test('every path that the architecture names is there', () => {
  const page = readFileSync(join(root, '../../docs/ARCHITECTURE.md'), 'utf8')
  const paths = [...page.matchAll(/`((?!jailhouse\/)(?:[\w-]+\/)+[\w.-]+)`/g)].map(([, path = '']) => path)
  const homes = [root, join(root, '../..')]
  expect(paths.filter(path => !homes.some(home => existsSync(join(home, path))))).toEqual([])
})
