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
  'lsp',
  'cli',
]
const layerOf = (file: string): number => LAYERS.indexOf(relative(root, file).split('/')[0] ?? '')
const isShell = (file: string): boolean => layerOf(file) >= LAYERS.indexOf('lsp')

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
  const crossing = sources.filter(
    file => relative(root, file).startsWith('lsp/') && relativeImports(file).some(target => /\/cli\//.test(target)),
  )
  expect(crossing).toEqual([])
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
