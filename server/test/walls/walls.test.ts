import { afterAll, describe, expect, test } from 'vitest'
import { changesGiven } from './given.ts'
import { importedNames, importsOf } from './imports.ts'
import { numberedIommus, numbersOfBigints } from './numbers.ts'
import { isPackageOfClient, isPackageOfServer, outsideOfClient, outsideOfServer } from './outside.ts'
import { pathOf, programOf } from './program.ts'
import { stateIn } from './state.ts'
import { textScansIn } from './text-scans.ts'
import { throwsIn } from './throws.ts'
import { seesText, seesTrees } from './uses.ts'

/** The walls themselves, tried with what once got past them and with what must pass. */

type Try = readonly [what: string, text: string]

const MEMO = `
export function memoize<In extends object, Out>(compute: (input: In) => Out): (input: In) => Out {
  const known = new WeakMap<In, Out>()
  return input => {
    const result = known.get(input) ?? compute(input)
    known.set(input, result)
    return result
  }
}
export class Recent { #known = new Map<string, number>(); set(key: string, value: number) { this.#known.set(key, value) } }
`

const OTHER = `
export const shared: readonly number[] = []
export const named: { readonly [key: string]: number } = {}
export function counter() { let n = 0; return () => ++n }
export class Counter { n = 0; next() { return ++this.n } }
export class Fixed { readonly n = 0 }
`

const STATES: readonly Try[] = [
  ['a variable', 'let count = 0'],
  ['a variable of old', 'var count = 0'],
  ['a variable in a block', '{ let count = 0; count++ }'],
  ['a counter in an object', 'const s = { count: 0 }\nexport const next = () => s.count++'],
  ['an object that could count', 'const s = { count: 0 }'],
  [
    'a list in an object',
    'const pool = { items: [] as number[] }\nexport const add = (x: number) => pool.items.push(x)',
  ],
  [
    'a read-only list that is cast',
    'const list: readonly number[] = []\nexport const f = () => (list as number[]).push(1)',
  ],
  [
    'a read-only object that is cast',
    'const s = { n: 0 } as const\nexport const f = () => { (s as { n: number }).n = 1 }',
  ],
  ['a map', 'const known = new Map<string, number>()'],
  ['a map of a pattern', 'const { m } = { m: new Map<string, number>() }'],
  ['a map of a list', 'const [m] = [new Map<string, number>()]'],
  ['a map in what is exported', 'export default new Map<string, number>()'],
  ['a table that is open', 'const table: Record<string, number> = {}'],
  ['a static member', 'export class C { static count = 0 }'],
  ['a private static member', 'export class C { static #count = 0; static next() { return ++C.#count } }'],
  ['a static map', 'export class C { static readonly known = new Map<string, number>() }'],
  [
    'a static list, changed through this',
    'export class C { static readonly l: readonly number[] = []; static f() { (this.l as number[]).push(1) } }',
  ],
  ['a closure called at once', 'export const next = (() => { let n = 0; return () => ++n })()'],
  ['a list in a closure', 'export const add = (() => { const l: number[] = []; return (x: number) => l.push(x) })()'],
  [
    'a map in a closure that is taken apart',
    'export const { get, set } = (() => { const m = new Map<string, number>(); return { get: (k: string) => m.get(k), set: (k: string, v: number) => { m.set(k, v) } } })()',
  ],
  ['a closure by a function of another file', "import { counter } from './other.ts'\nexport const next = counter()"],
  [
    'a closure by a function that hands on',
    "import { counter } from './other.ts'\nfunction made() { return counter() }\nexport const next = made()",
  ],
  [
    'a closure that lies in an object',
    'function make() { let n = 0; return { next: () => ++n } }\nexport const counter = make()',
  ],
  ['an object of a class', "import { Counter } from './other.ts'\nexport const counter = new Counter()"],
  ['a generator', 'export const ids = (function* () { let n = 0; while (true) yield n++ })()'],
  ['a property of a function', 'export function f() { return (f as { n?: number }).n = 1 }'],
  ['a method that counts in its object', 'export const s = { n: 0, next() { return ++this.n } }'],
  [
    'what another module holds',
    "import { shared } from './other.ts'\nexport const f = () => (shared as number[]).push(1)",
  ],
  [
    'what another module holds, by its name',
    "import * as other from './other.ts'\nexport const f = () => (other.shared as number[]).push(1)",
  ],
  [
    'an assignment by a pattern',
    'const s = { a: 1 } as const\nexport const f = () => { [(s as { a: number }).a] = [2] }',
  ],
  [
    'a loop that assigns',
    'const s = { a: 1 } as const\nexport const f = () => { for ((s as { a: number }).a of [1]); }',
  ],
  ['Object.assign', 'const s = { a: 1 } as const\nexport const f = () => Object.assign(s, { a: 2 })'],
  ['a borrowed method', 'const l: readonly number[] = []\nexport const f = () => Array.prototype.push.call(l, 1)'],
  ['a method by its name', "const l: readonly number[] = []\nexport const f = () => (l as number[])['push'](1)"],
  ['delete', 'const s = { a: 1 } as const\nexport const f = () => delete (s as { a?: number }).a'],
  [
    'a member of a member that a method answers',
    "const m: ReadonlyMap<string, number[]> = new Map()\nexport const f = () => m.get('a')?.push(1)",
  ],
  [
    'a map through a variable',
    "const seen: ReadonlyMap<string, number> = new Map()\nexport const f = () => { const own = seen as Map<string, number>; own.set('a', 1) }",
  ],
  [
    'a list through a pattern',
    'const s: { readonly l: readonly number[] } = { l: [] }\nexport const f = () => { const { l } = s as { l: number[] }; l.push(1) }',
  ],
  [
    'objects in a loop',
    'const all: readonly { readonly n: number }[] = [{ n: 0 }]\nexport const f = () => { for (const each of all as { n: number }[]) each.n = 1 }',
  ],
  [
    'one or the other',
    'const a: readonly number[] = []\nexport const f = (x: boolean) => { const l = (x ? a : []) as number[]; l.push(1) }',
  ],
  ['a member of the language', 'export const f = () => { (globalThis as { n?: number }).n = 1 }'],
]

const NO_STATES: readonly Try[] = [
  ['a constant', 'const N = 1'],
  ['a read-only list', "const LIST: readonly string[] = ['a']\nexport const f = (x: string) => LIST.includes(x)"],
  ['a read-only map', "const M: ReadonlyMap<string, number> = new Map([['a', 1]])"],
  ['a constant object', "const S = { kind: 'none' } as const"],
  [
    'what a function makes for itself',
    'export function f() { const l: number[] = []; l.push(1); const s = { n: 0 }; s.n++; return l }',
  ],
  [
    'a copy in a variable',
    'const L: readonly number[] = []\nexport const f = () => { const own = [...L]; own.push(1); let n = L.length; n++; return [own, n] }',
  ],
  ['a closure that a call makes', 'export function f() { let n = 0; return () => ++n }'],
  [
    'a value that a call with variables made',
    'function sum(l: readonly number[]) { let n = 0; l.forEach(x => { n += x }); return n }\nexport const S = sum([1])',
  ],
  [
    'the memo',
    "import { memoize, Recent } from '../memo.ts'\nexport const f = memoize((x: object) => Object.keys(x))\nconst known = new Recent()\nexport const g = () => known.set('a', 1)",
  ],
  ['a class whose objects change', 'export class C { #n = 0; next() { return ++this.#n } }'],
  ['an object that cannot change', "import { Fixed } from './other.ts'\nexport const fixed = new Fixed()"],
  [
    'an expression that says where it begins',
    'const WORD = /a/y\nexport const f = (t: string) => { WORD.lastIndex = 0; return WORD.exec(t) }',
  ],
  ['a copy that is sorted', 'const L: readonly number[] = [2, 1]\nexport const S: readonly number[] = [...L].sort()'],
]

const IMPORTS: readonly Try[] = [
  ['with a type', "import type { A } from '../cli/a.ts'"],
  ['over lines', "import {\n  A,\n} from\n  '../cli/a.ts'"],
  ['with a comment before its name', "import { A } from /* here */ '../cli/a.ts'"],
  ['for its effects', "import '../cli/a.ts'"],
  ['handed on', "export * from '../cli/a.ts'"],
  ['at run time', "void import('../cli/a.ts')"],
  ['by a template', 'void import(`../cli/a.ts`)'],
  ['with a comment', "void import(/* @vite-ignore */ '../cli/a.ts')"],
  ['as a type', "export type B = import('../cli/a.ts').A"],
  ['by require', "import a = require('../cli/a.ts')"],
  ['of a worker', "new (globalThis as any).Worker(new URL('../cli/a.ts', import.meta.url))"],
  ['by a detour', "import { A } from '../lsp/../cli/a.ts'"],
  ['computed', "void import(['../cli', 'a.ts'].join('/'))"],
  ['by reference', '/// <reference path="../cli/a.ts" />\nexport {}'],
]

/** A front end as small as can be. */
const C = {
  'text/source-file.ts':
    'export interface SourceFile { readonly uri: string; readonly text: string }\nexport interface Edit { readonly text: string }\nexport const textOf = (span: { file: SourceFile }) => span.file.text\n',
  'text/lines.ts': 'export const lineStart = (text: string, at: number) => text.length + at\n',
  'c/preprocess/lex.ts':
    "import type { SourceFile } from '../../text/source-file.ts'\nexport interface Lexed { readonly tokens: readonly { readonly spelled: string }[] }\nexport const lexFile = (file: SourceFile): Lexed => ({ tokens: [{ spelled: file.uri }] })\n",
  'c/values/value.ts':
    "export * from '../preprocess/lex.ts'\nexport { lexFile as read } from '../preprocess/lex.ts'\nimport { lexFile, type Lexed } from '../preprocess/lex.ts'\nimport type { SourceFile } from '../../text/source-file.ts'\nexport const tokensOf = (file: SourceFile): Lexed => lexFile(file)\nexport interface Value { readonly bytes: number; readonly file: SourceFile }\n",
}

const READING: readonly Try[] = [
  ['by the lexer', "import { lexFile } from '../c/preprocess/lex.ts'\nexport const f = lexFile"],
  ['by the lexer, handed on', "import { lexFile } from '../c/values/value.ts'\nexport const f = lexFile"],
  ['by the lexer under another name', "import { read } from '../c/values/value.ts'\nexport const f = read"],
  ['by the lexer of a namespace', "import * as value from '../c/values/value.ts'\nexport const f = value.lexFile"],
  [
    'by tokens that a function answers',
    "import { tokensOf } from '../c/values/value.ts'\nimport type { Value } from '../c/values/value.ts'\nexport const f = (v: Value) => tokensOf(v.file).tokens.length",
  ],
  [
    'in a file',
    "import type { Value } from '../c/values/value.ts'\nexport const f = (v: Value) => v.file.text.indexOf('x')",
  ],
  [
    'in a file taken apart',
    "import type { Value } from '../c/values/value.ts'\nexport const f = ({ file: { text } }: Value) => text.slice(1)",
  ],
  [
    'in a file taken apart under another name',
    "import type { Value } from '../c/values/value.ts'\nexport const f = (v: Value) => { const { text: words } = v.file; return words.lastIndexOf('x') }",
  ],
  [
    'in a file by the name of its member',
    "import type { Value } from '../c/values/value.ts'\nexport const f = (v: Value) => v.file['text']",
  ],
  ['in a place', "import { textOf } from '../text/source-file.ts'\nexport const f = textOf"],
  ['in a line', "import { lineStart } from '../text/lines.ts'\nexport const f = lineStart"],
]

const SCANNING = "import type { SourceFile } from '../text/source-file.ts'\nexport const f = (file: SourceFile) => "

const SCANS: readonly Try[] = [
  ['by test', '/x/.test(file.text)'],
  ['by match', 'file.text.match(/x/)'],
  ['through a variable', '{ const t = file.text; return t.matchAll(/x/g) }'],
  ['through a pattern', '{ const { text } = file; return /x/.exec(text) }'],
  ['in a function it is given to', 'scan(1, file.text)\nconst scan = (n: number, text: string) => text.match(/x/)'],
  [
    'in a function it is given to through a variable',
    '{ const { text } = file; return scan(text) }\nfunction scan(words: string) { return /x/.test(words) }',
  ],
]

const LOOKING: readonly Try[] = [
  [
    'in values and edits',
    "import type { Value } from '../c/values/value.ts'\nimport type { Edit } from '../text/source-file.ts'\nexport const f = (v: Value, { text }: Edit) => v.bytes + v.file.uri.length + text.length",
  ],
]

const NO_SCANS: readonly Try[] = [
  ['over a name', '/x/.test(file.uri)'],
  ['in a function given something else', 'scan(file.uri)\nconst scan = (text: string) => text.match(/x/)'],
]

const GIVEN: readonly Try[] = [
  ['a list in it', 'export const f = (cell: { l: number[] }) => cell.l.pop()'],
  ['a member', 'export const f = (cell: { n: number }) => { cell.n = 1 }'],
  ['a list that is cast', 'export const f = (cell: { readonly l: readonly number[] }) => (cell.l as number[]).sort()'],
  ['a list taken apart', 'export const f = ({ cell: { l } }: { cell: { l: number[] } }) => { l[0] = 1 }'],
  ['a list in a variable', 'export const f = (cell: { l: number[] }) => { const { l } = cell; l.push(1) }'],
  ['what a loop goes over', 'export const f = (all: { n: number }[]) => { for (const each of all) each.n++ }'],
  ['what a callback is given', 'export const f = (all: { n: number }[]) => all.forEach(each => { each.n = 1 })'],
  ['a member that is deleted', 'export const f = (cell: { n?: number }) => delete cell.n'],
]

const OWN: readonly Try[] = [
  ['a list of its own', 'export const f = (n: number) => { const l: number[] = []; l.push(n); return l }'],
  ['a list to be filled', 'export const f = (l: number[]) => l.push(1)'],
  ['a copy', 'export const f = (cell: { readonly l: readonly number[] }) => [...cell.l].sort()'],
  ['a variable of its own', 'export const f = (n: number) => { let m = n; m++; return m }'],
]

const UNIT = "import type { IommuUnit } from '../config/model.ts'\nexport const f = (unit: IommuUnit): unknown => "

const NUMBERED: readonly Try[] = [
  ['a type that is compared', 'unit.type === 2'],
  ['a type that is compared the other way', '2 !== unit.type'],
  ['a type taken apart', '{ const { type } = unit; return type === 2 }'],
  ['a type that is switched by', '{ switch (unit.type) { case 2: return 1 } return 0 }'],
]

const ROUNDED: readonly Try[] = [
  ['an address', 'Number(unit.base)'],
  ['a sum', 'Number(unit.base + 1n) / 2'],
]

const NOT_NUMBERED: readonly Try[] = [
  ['a unit without a type', 'unit.type === 0'],
  ['another member', 'unit.size === 2'],
  ['words', "Number('1')"],
]

const TREES: readonly Try[] = [
  ['a node', "import type { Node } from '../node_modules/web-tree-sitter/index.ts'\nexport const f = (n: Node) => n"],
  [
    'a member of a node',
    "import type { read } from './made.ts'\nexport const f = (n: ReturnType<typeof read>) => n.type",
  ],
]

const REACHING: readonly Try[] = [
  ['a request', "export const f = () => fetch('http://localhost')"],
  ['a request through the whole', "export const f = () => globalThis.fetch('http://localhost')"],
  ['a request handed on', 'export const f = fetch'],
  ['a socket', "export const f = () => new WebSocket('ws://localhost')"],
  ['the log', "export const f = () => console.log('here')"],
  ['a clock', 'export const f = () => performance.now()'],
  ['the time', 'export const f = () => Date.now()'],
  ['the time, taken apart', 'export const f = () => { const { now } = Date; return now() }'],
  ['a new date', 'export const f = () => new Date()'],
  ['chance', 'export const f = () => Math.random()'],
  ['chance, taken apart', 'export const f = () => { const { random } = Math; return random() }'],
  ['chance by its name', "export const f = () => Math['random']()"],
  [
    'a property that is defined',
    "export const f = (file: object) => Object.defineProperty(file, 'text', { value: '' })",
  ],
  ['a prototype', 'export const f = (file: object) => Object.setPrototypeOf(file, null)'],
  ['reflection', "export const f = (file: object) => Reflect.set(file, 'text', '')"],
  ['a cache', 'export class C { readonly #known = new WeakMap<object, number>(); f = () => this.#known }'],
]

const COMPUTES: readonly Try[] = [
  ['numbers', 'export const f = (n: number) => Math.max(n, Number(BigInt.asUintN(8, 1n)))'],
  ['a local of that name', 'export const f = (process: number, console: { log: number }) => process + console.log'],
  ['a member of that name', 'export const f = (o: { readonly fetch: number }) => o.fetch'],
  ['a type', 'export type T = WeakMap<object, number>'],
]

const THROWS: readonly Try[] = [
  ['a statement', "export const f = () => { throw new Error('') }"],
  ['a promise', 'export const f = () => Promise.reject(1)'],
]

/** Whether a package may be imported, where. */
const PACKAGES: readonly (readonly [name: string, path: string, is: boolean])[] = [
  ['web-tree-sitter', 'c/parse/grammar.ts', true],
  ['web-tree-sitter', 'rules/cpus/cpus.ts', false],
  ['web-tree-sitter', 'config/read-fields.ts', false],
  ['../../../../grammars/tree-sitter-jailhouse/tree-sitter-jailhouse.wasm', 'rules/cpus/cpus.ts', false],
  ['node:child_process', 'cli/gcc.ts', true],
  ...['child_process', 'net', 'http', 'https', 'http2', 'dns', 'tls', 'dgram', 'worker_threads', 'cluster', 'v8', 'vm']
    .flatMap(name => [`node:${name}`, name])
    .flatMap(name =>
      ['lsp/log.ts', 'lsp/node.ts', 'disk/read.ts', 'cli/check.ts', 'rules/cpus/cpus.ts'].map(
        path => [name, path, false] as const,
      ),
    ),
  ['node:fs', 'disk/read.ts', true],
  ['node:fs', 'rules/cpus/cpus.ts', false],
  ['vscode-languageserver', 'lsp/server.ts', true],
  ...['disk/read.ts', 'cli/check.ts', 'ide/hover/number.ts', 'rules/cpus/cpus.ts'].flatMap(path =>
    ['vscode-languageserver', 'vscode-languageserver/node', 'vscode-languageserver-types', 'vscode'].map(
      name => [name, path, false] as const,
    ),
  ),
  ['vscode', 'lsp/server.ts', false],
]

/** Every try is a file of its own, beside those it needs. */
const files = (folder: string, tries: readonly Try[], head = ''): Readonly<Record<string, string>> =>
  Object.fromEntries(tries.map(([what, text]) => [`${folder}/${nameOf(what)}.ts`, `${head}${text}\nexport {}\n`]))

const nameOf = (what: string): string => what.replaceAll(/\W+/g, '-')

const ENDINGS = ['ts', 'mts', 'cts', 'tsx']

const program = programOf({
  ...C,
  'memo.ts': MEMO,
  'state/other.ts': OTHER,
  'rules/made.ts':
    "import type { Node } from '../node_modules/web-tree-sitter/index.ts'\nexport declare const read: () => Node\n",
  'cli/a.ts': 'export type A = 1\n',
  ...files('state', [...STATES, ...NO_STATES]),
  ...files('lsp', IMPORTS),
  ...files('rules', [...READING, ...LOOKING, ...TREES]),
  'config/model.ts':
    'export interface IommuUnit { readonly type: number; readonly size: number; readonly base: bigint }\n',
  ...files('given', [...GIVEN, ...OWN]),
  ...files('units', [...NUMBERED, ...ROUNDED, ...NOT_NUMBERED], UNIT),
  ...files('outside', [...REACHING, ...COMPUTES, ...THROWS]),
  'node_modules/web-tree-sitter/index.ts': 'export interface Node { readonly type: string }\n',
  ...files('ide', [...SCANS, ...NO_SCANS], SCANNING),
  ...Object.fromEntries(
    ENDINGS.map(ending => [`ending/${ending}.${ending}`, "export type { A } from '../cli/a.ts'\n"]),
  ),
})
afterAll(() => program.close())

const fileOf = (path: string) => {
  const file = program.files.find(each => pathOf(program, each) === path)
  if (!file) throw new Error(`${path} is not read`)
  return file
}

describe('state of a module', () => {
  const statesOf = (what: string) => stateIn(program, fileOf(`state/${nameOf(what)}.ts`), 'memo.ts')
  test.each(STATES)('is %s', what => {
    expect(statesOf(what)).not.toEqual([])
  })
  test.each(NO_STATES)('is not %s', what => {
    expect(statesOf(what)).toEqual([])
  })
})

describe('an import is found', () => {
  test.each(IMPORTS)('%s', what => {
    expect(importsOf(program, fileOf(`lsp/${nameOf(what)}.ts`)).map(({ target, name }) => target ?? name)).toEqual([
      what === 'computed' ? '?' : 'cli/a.ts',
    ])
  })
  test.each(ENDINGS)('in a file that ends in %s', ending => {
    expect(importsOf(program, fileOf(`ending/${ending}.${ending}`)).map(({ target }) => target)).toEqual(['cli/a.ts'])
  })
  test('under the name of the file that declares it', () => {
    const names = importedNames(program, fileOf('rules/by-the-lexer-handed-on.ts'))
    expect(names.flatMap(({ homes }) => homes)).toEqual(['c/preprocess/lex.ts'])
  })
})

describe('a rule reads text', () => {
  const seenBy = (what: string) => seesText(program, fileOf(`rules/${nameOf(what)}.ts`))
  test.each(READING)('%s', what => {
    expect(seenBy(what)).not.toEqual([])
  })
  test.each(LOOKING)('and not %s', what => {
    expect(seenBy(what)).toEqual([])
  })
})

describe('a regular expression runs over the text of a file', () => {
  const scansOf = (what: string) => textScansIn(program, fileOf(`ide/${nameOf(what)}.ts`))
  test.each(SCANS)('%s', what => {
    expect(scansOf(what)).toHaveLength(1)
  })
  test.each(NO_SCANS)('and not %s', what => {
    expect(scansOf(what)).toEqual([])
  })
})

describe('a tree is seen', () => {
  test.each(TREES)('in %s', what => {
    expect(seesTrees(program, fileOf(`rules/${nameOf(what)}.ts`))).not.toEqual([])
  })
  test('and not in what sees none', () => {
    expect(seesTrees(program, fileOf('rules/in-values-and-edits.ts'))).toEqual([])
  })
})

describe('what is outside', () => {
  test.each(REACHING)('is %s', what => {
    const file = fileOf(`outside/${nameOf(what)}.ts`)
    expect(outsideOfServer(program, file)).not.toEqual([])
    expect(outsideOfClient(program, file)).not.toEqual([])
  })
  test.each(COMPUTES)('is not %s', what => {
    const file = fileOf(`outside/${nameOf(what)}.ts`)
    expect([...outsideOfServer(program, file), ...outsideOfClient(program, file)]).toEqual([])
  })
  test.each(PACKAGES)('is a package: %s in %s, %s', (name, path, is) => {
    expect(isPackageOfServer(name, path)).toBe(is)
  })
  test.each(['node:http', 'vscode-languageserver', 'web-tree-sitter'])('is a package of the client: %s', name => {
    expect(isPackageOfClient(name, 'roots.ts')).toBe(false)
  })
})

describe('a file throws', () => {
  test.each(THROWS)('by %s', what => {
    expect(throwsIn(program, fileOf(`outside/${nameOf(what)}.ts`))).toHaveLength(1)
  })
  test('and not by what throws nothing', () => {
    expect(throwsIn(program, fileOf('outside/numbers.ts'))).toEqual([])
  })
})

describe('what was given is changed', () => {
  const changesOf = (what: string) => changesGiven(program, fileOf(`given/${nameOf(what)}.ts`))
  test.each(GIVEN)('%s', what => {
    expect(changesOf(what)).toHaveLength(1)
  })
  test.each(OWN)('and not %s', what => {
    expect(changesOf(what)).toEqual([])
  })
})

describe('a number is made', () => {
  const unit = (what: string) => fileOf(`units/${nameOf(what)}.ts`)
  test.each(NUMBERED)('of %s', what => {
    expect(numberedIommus(program, unit(what))).toHaveLength(1)
  })
  test.each(ROUNDED)('of %s', what => {
    expect(numbersOfBigints(program, unit(what))).toHaveLength(1)
  })
  test.each(NOT_NUMBERED)('and not of %s', what => {
    expect([...numberedIommus(program, unit(what)), ...numbersOfBigints(program, unit(what))]).toEqual([])
  })
})
