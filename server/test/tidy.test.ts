import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObjectLiteralExpression, isVariableDeclaration, type SourceFile } from 'typescript/unstable/ast'
import { TypeFlags } from 'typescript/unstable/sync'
import { afterAll, expect, test } from 'vitest'
import { catalogue } from '../src/rules/catalogue.ts'
import { bare } from './walls/changes.ts'
import { changesGiven } from './walls/given.ts'
import { importedNames, importsOf } from './walls/imports.ts'
import { numberedIommus, numbersOfBigints } from './walls/numbers.ts'
import { isPackageOfClient, isPackageOfServer, outsideOfClient, outsideOfServer } from './walls/outside.ts'
import { evaluatedIn, locationOf, openProgram, pathOf } from './walls/program.ts'
import { stateIn } from './walls/state.ts'
import { textScansIn } from './walls/text-scans.ts'
import { throwsIn } from './walls/throws.ts'
import { seesText, seesTrees, usesIn } from './walls/uses.ts'

/** The architecture is a list of absences; this checks the list. What checks it is itself tried in `walls/`. */

const checkout = join(import.meta.dirname, '../..')
const root = join(checkout, 'server/src')
const clientRoot = join(checkout, 'client/src')
const server = openProgram(join(checkout, 'server'), root)
const client = openProgram(join(checkout, 'client'), clientRoot)
afterAll(() => {
  server.close()
  client.close()
})

const filesBelow = (folder: string): readonly string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' })
const CODE = /\.[cm]?[jt]sx?$/
const codeBelow = (folder: string): readonly string[] =>
  filesBelow(folder)
    .filter(name => CODE.test(name))
    .toSorted()

const sources = server.files
const nameOf = (file: SourceFile): string => pathOf(server, file)
const importsBy = new Map(sources.map(file => [nameOf(file), importsOf(server, file)]))
const imports = (file: SourceFile) => importsBy.get(nameOf(file)) ?? []

const LAYERS: readonly string[] = [
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
const layerOf = (path: string): number => LAYERS.indexOf(path.split('/')[0] ?? '')
const isShell = (file: SourceFile): boolean => layerOf(nameOf(file)) >= LAYERS.indexOf('disk')
const isBehind = (layer: string, file: SourceFile): boolean => layerOf(nameOf(file)) > LAYERS.indexOf(layer)

/** `from -> to` of the imports of files that are not as they should be. */
const wrongImports = (isWrong: (target: string, path: string, name: string) => boolean): readonly string[] =>
  sources.flatMap(file =>
    imports(file)
      .filter(({ target = '', name }) => isWrong(target, nameOf(file), name))
      .map(({ target, name }) => `${nameOf(file)} -> ${target ?? name}`),
  )

test('every source belongs to a known folder', () => {
  expect(sources.map(nameOf).filter(name => layerOf(name) < 0)).toEqual(['assets.d.ts'])
})

test('all code is what these tests and the compiler read', () => {
  expect(codeBelow(root)).toEqual(sources.map(nameOf).toSorted())
  expect(codeBelow(clientRoot)).toEqual(
    client.files
      .map(file => pathOf(client, file))
      .filter(name => CODE.test(name))
      .toSorted(),
  )
})

test('what is imported is known before anything runs', () => {
  expect(wrongImports((_, __, name) => name === '?')).toEqual([])
})

test('a folder imports only itself and folders to its left', () => {
  const isInside = (target: string) => target !== '' && !target.startsWith('..')
  expect(wrongImports((target, path) => isInside(target) && layerOf(target) > layerOf(path))).toEqual([])
})

/** What no code of ours answers: a package, or bytes of one. */
const isAsset = (target: string, name: string): boolean => target === '' || name.endsWith('.wasm')

test('what lies outside is the parsers, and the pictures of the map', () => {
  const isKnown = (target: string, path: string) =>
    target.startsWith('../../grammars/') ||
    (path === 'cli/map-file.ts' && target.startsWith('../../client/src/webview/'))
  expect(wrongImports((target, path) => target.startsWith('..') && !isKnown(target, path))).toEqual([])
  expect(wrongImports((target, path, name) => isAsset(target, name) && !isPackageOfServer(name, path))).toEqual([])
})

test('tables of words answer to their own words alone', () => {
  const open = sources.flatMap(file =>
    [...evaluatedIn(file)]
      .filter(isVariableDeclaration)
      .filter(({ initializer }) => initializer && isObjectLiteralExpression(bare(initializer)))
      .filter(({ name }) => {
        const type = name && server.checker.getTypeAtLocation(name)
        const keys = type ? server.checker.getIndexInfosOfType(type) : []
        return keys.some(
          ({ keyType, valueType }) => keyType.flags & TypeFlags.String && !(valueType.flags & TypeFlags.Unknown),
        )
      })
      .map(node => locationOf(server, node)),
  )
  expect(open).toEqual([])
})

test('lsp and cli do not know each other', () => {
  const other: Readonly<Record<string, string>> = { lsp: 'cli', cli: 'lsp' }
  const of = (path: string) => path.split('/')[0] ?? ''
  expect(wrongImports((target, path) => other[of(path)] === of(target))).toEqual([])
})

test('a rule sees no text, token, grammar or syntax node', () => {
  expect(sources.filter(file => /^rules\//.test(nameOf(file))).flatMap(file => seesText(server, file))).toEqual([])
})

test('every page stands beside its rule, and every rule in the catalogue', async () => {
  const rules = join(root, 'rules')
  const pages = filesBelow(rules).filter(name => /^\w+\/.*\.md$/.test(name))
  const textsOfRules = new Set(catalogue.map(({ page }) => page))
  expect(pages.filter(page => !textsOfRules.has(readFileSync(join(rules, page), 'utf8')))).toEqual([])
  const modules = await Promise.all(
    codeBelow(rules).map(name => import(join(rules, name)) as Promise<Readonly<Record<string, unknown>>>),
  )
  const isRule = (value: unknown) => typeof value === 'object' && value !== null && 'code' in value && 'check' in value
  const known = new Set<unknown>(catalogue)
  expect(modules.flatMap(Object.values).filter(value => isRule(value) && !known.has(value))).toEqual([])
  const pageOf = new Map(pages.map(page => [readFileSync(join(rules, page), 'utf8'), page]))
  // What the compiler would say is several rules in one file, whose pages stand one by one under their names.
  const isBeside = (page: string, id: string) =>
    page.endsWith(`/${id}.md`) || existsSync(join(rules, page.replace(/md$/, 'ts')))
  expect(catalogue.filter(({ page, id }) => !isBeside(pageOf.get(page) ?? '', id)).map(({ id }) => id)).toEqual([])
})

test('the client knows the names of the protocol and nothing else of the server', () => {
  const reaching = client.files.flatMap(file =>
    importsOf(client, file)
      .filter(
        ({ name, target = '' }) =>
          name === '?' ||
          (target.startsWith('..') && target !== '../../server/src/lsp/protocol.ts') ||
          (isAsset(target, name) && !isPackageOfClient(name, pathOf(client, file))),
      )
      .map(({ name }) => `${pathOf(client, file)} -> ${name}`),
  )
  expect(reaching).toEqual([])
  // What views draw is part of it, and imports what words are made of.
  const targetsOf = (path: string) => (importsBy.get(path) ?? []).map(({ target }) => target)
  expect([...new Set(targetsOf('lsp/protocol.ts'))]).toEqual(['ide/views/model.ts', 'ide/views/tree-model.ts'])
  expect(targetsOf('ide/views/tree-model.ts')).toEqual(['ide/views/model.ts'])
  expect([...new Set(targetsOf('ide/views/model.ts'))]).toEqual(['text/message.ts'])
  expect(targetsOf('text/message.ts')).toEqual([])
})

/** Files of the client that read what is in a file: whether it starts the server, where the demo begins, to hand it over, to explain it. */
const READING_FILES: readonly string[] = ['client.ts', 'demo.ts', 'explain.ts', 'files.ts']

test('the client reads no text of a file but to start, to show and to hand over', () => {
  const isRead = /^(?:getText|lineAt|readFile)$/
  const reading = client.files.filter(file =>
    usesIn(client, file).some(
      ({ name, owner }) => isRead.test(name) && /^(?:TextDocument|FileSystem)$/.test(owner ?? ''),
    ),
  )
  expect(reading.map(file => pathOf(client, file)).toSorted()).toEqual(READING_FILES)
})

/** The one home of what is remembered. */
const MEMO = 'text/memo.ts'

/** Parsers that are loaded once for the whole process, and the first lines of a process and of a worker. */
const KEEPING: readonly string[] = [
  'c/parse/grammar.ts',
  'cli/main.ts',
  'lsp/browser.ts',
  'lsp/node.ts',
  'platform/tree/grammar.ts',
]

test('no module keeps state but the memo and those that are listed', () => {
  const found = sources
    .filter(file => nameOf(file) !== MEMO && !file.isDeclarationFile)
    .map(file => ({ name: nameOf(file), state: stateIn(server, file, MEMO) }))
    .filter(({ state }) => state.length > 0)
  expect(found.filter(({ name }) => !KEEPING.includes(name)).flatMap(({ state }) => state)).toEqual([])
  expect(found.map(({ name }) => name).toSorted()).toEqual(KEEPING)
})

test('there are no import cycles, type imports included', () => {
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (name: string, path: readonly string[]): void => {
    if (state.get(name) === 'done') return
    if (state.get(name) === 'open') {
      cycles.push([...path.slice(path.indexOf(name)), name].join(' -> '))
      return
    }
    state.set(name, 'open')
    for (const { target } of importsBy.get(name) ?? []) if (target !== undefined) visit(target, [...path, name])
    state.set(name, 'done')
  }
  for (const file of sources) visit(nameOf(file), [])
  expect(cycles).toEqual([])
})

/** Words of the built-in headers that can only be theirs: those of C are one word, or begin with underscores. */
const WORDS_OF_HEADERS: ReadonlySet<string> = new Set(
  filesBelow(join(root, 'config/headers'))
    .filter(name => name.endsWith('.h'))
    .map(name => readFileSync(join(root, 'config/headers', name), 'utf8'))
    .flatMap(text => text.replaceAll(/\/\*.*?\*\//gs, '').match(/\b[a-zA-Z]\w*_\w+\b/g) ?? []),
)

/** Words that are parts of Jailhouse's names, and those of its configurations' arrays. */
const WORDS_OF_JAILHOUSE =
  /jailhouse|ivshmem|shmem|hypervisor|inmate|irqchip|iommu|smmu|pvu|^(?:mem_regions|pci_devices|pci_caps|pio_regions|stream_ids|cpus|cache_regions)$/i

test('the C front end has never heard of Jailhouse', () => {
  expect(WORDS_OF_HEADERS).toContain('num_memory_regions')
  const theirs = sources
    .filter(file => layerOf(nameOf(file)) === LAYERS.indexOf('c'))
    .flatMap(file => {
      const words = file.text.replaceAll('tree-sitter-jailhouse', '').match(/\w+/g) ?? []
      const known = words.filter(word => WORDS_OF_HEADERS.has(word) || WORDS_OF_JAILHOUSE.test(word))
      return known.map(word => `${nameOf(file)} ${word}`)
    })
  expect(theirs).toEqual([])
})

test('what a file uses of the world is what its place allows', () => {
  const code = sources.filter(file => !file.isDeclarationFile)
  expect(code.flatMap(file => outsideOfServer(server, file))).toEqual([])
  expect(client.files.filter(file => !file.isDeclarationFile).flatMap(file => outsideOfClient(client, file))).toEqual(
    [],
  )
})

test('analysis throws nothing but that its parser was never loaded', () => {
  const throwing = sources.filter(file => !isShell(file)).filter(file => throwsIn(server, file).length > 0)
  expect(throwing.map(nameOf)).toEqual(['c/parse/grammar.ts'])
})

test('trees never leave the stage that made them', () => {
  const makers = /^(?:c\/parse|c\/raw|c\/values|c\/recover|platform\/tree)\//
  const others = sources.filter(file => !makers.test(nameOf(file)))
  expect(others.flatMap(file => seesTrees(server, file))).toEqual([])
})

test('the text as typed is read in c/raw alone', () => {
  const readers = sources
    .filter(file => isBehind('c', file))
    .filter(file =>
      [...importedNames(server, file).flatMap(({ homes }) => homes), ...imports(file).map(({ target }) => target)].some(
        home => home !== undefined && /^c\/preprocess\/(?:lex|directive|macro|splice)\./.test(home),
      ),
    )
  expect(readers.map(nameOf)).toEqual([])
})

test('no regular expression runs over the text of a C file', () => {
  const scanning = sources.filter(file => isBehind('c', file) && nameOf(file) !== 'config/json-file.ts')
  expect(scanning.flatMap(file => textScansIn(server, file))).toEqual([])
})

test('nobody changes what it was given, but to note what is missing', () => {
  const changing = sources.filter(file => /^(?:edit|rules|repair|ide)\//.test(nameOf(file)))
  const changes = changing.flatMap(file => changesGiven(server, file))
  expect(changes.filter(change => !/ missing\.(?:files|folders|facts)$/.test(change))).toEqual([])
})

/** Rules that make a number of what is no address: ports, and counts. */
const OF_SMALL_NUMBERS: readonly string[] = [
  'rules/board/root-lacks-ports.ts',
  'rules/board/timer-differs.ts',
  'rules/file/count-mismatch.ts',
  'rules/memory/hypervisor-memory.ts',
  'rules/platform/inmate-console.ts',
]

test('a rule counts addresses as they are, not as numbers', () => {
  const rules = sources.filter(file => nameOf(file).startsWith('rules/'))
  const rounding = rules.filter(file => numbersOfBigints(server, file).length > 0)
  expect(rounding.map(nameOf)).toEqual(OF_SMALL_NUMBERS)
})

test('nobody but the machine walks page tables', () => {
  const others = sources.filter(file => !nameOf(file).startsWith('machine/'))
  const walking = others.filter(file =>
    [...importedNames(server, file).flatMap(({ homes }) => homes), ...imports(file).map(({ target }) => target)].some(
      home => home?.startsWith('machine/paging/'),
    ),
  )
  expect(walking.map(nameOf)).toEqual([])
})

/** Rules and views about what one IOMMU alone does; what is asked of every IOMMU is a trait of its driver. */
const OF_ONE_IOMMU: readonly string[] = [
  'ide/completion/free.ts',
  'machine/queries/budget.ts',
  'machine/queries/region-story.ts',
  'rules/iommu/dma-beyond-vtd.ts',
  'rules/iommu/dma-without-stream.ts',
  'rules/iommu/pvu-list-grows.ts',
  'rules/iommu/pvu-tlbs.ts',
  'rules/iommu/pvu.ts',
  'rules/iommu/smmu-bypass.ts',
  'rules/iommu/smmu-root-tables.ts',
  'rules/iommu/stream-beyond-pvu.ts',
  'rules/iommu/stream-beyond-smmu.ts',
  'rules/iommu/stream-mask.ts',
  'rules/iommu/stream-shared.ts',
  'rules/iommu/unlisted-streams.ts',
]

test('an IOMMU is known by its traits, but to those that are about one of them', () => {
  const names = (file: SourceFile) => importedNames(server, file)
  const isDriver = (home: string) => /^machine\/iommu\/(?!all|drivers|iommu-units|owners|pci-contexts)/.test(home)
  const outside = sources.filter(file => !nameOf(file).startsWith('machine/iommu/'))
  const naming = outside.filter(file => names(file).some(({ homes }) => homes.some(isDriver)))
  expect(naming.map(nameOf).toSorted()).toEqual(OF_ONE_IOMMU)
  expect(outside.flatMap(file => numberedIommus(server, file))).toEqual([])
  const numbered = outside.filter(file => names(file).some(({ name }) => name.startsWith('IOMMU_')))
  expect(numbered.map(nameOf).toSorted()).toEqual(['config/architecture.ts', 'config/bind.ts'])
})

test('the architecture is read in one go', () => {
  const page = readFileSync(join(checkout, 'docs/ARCHITECTURE.md'), 'utf8')
  expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(150)
})

test('every path that the architecture names is there', () => {
  const page = readFileSync(join(checkout, 'docs/ARCHITECTURE.md'), 'utf8')
  const paths = [...page.matchAll(/`((?!jailhouse\/)(?:[\w-]+\/)+[\w.-]+)`/g)].map(([, path = '']) => path)
  const homes = [root, checkout]
  expect(paths.filter(path => !homes.some(home => existsSync(join(home, path))))).toEqual([])
})
