import {
  isIdentifier,
  isPropertyAccessExpression,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast'
import { SymbolFlags } from 'typescript/unstable/sync'
import { homesOf, locationOf, nodesIn, type Program, pathOf } from './program.ts'
import { usesIn } from './uses.ts'

/** What may be used, and by the files under which paths; what is in no line of a list may be used nowhere. */
type Welcome = readonly (readonly [names: RegExp, paths: RegExp])[]

const isWelcome = (list: Welcome, name: string, path: string): boolean =>
  list.some(([names, paths]) => names.test(name) && paths.test(path))

/** Packages and modules of node, by the name they are imported under. */
const SERVER_PACKAGES: Welcome = [
  [/^web-tree-sitter$/, /^(?:c\/parse\/grammar|c\/raw\/tree|platform\/tree\/grammar)\.ts$/],
  [/\.wasm$/, /^(?:c\/parse|platform\/tree)\/grammar\.ts$/],
  [/^diff$/, /^(?:cli\/unified-diff|repair\/text-edits)\.ts$/],
  [/^jsonc-parser\/lib\/esm\/main\.js$/, /^(?:config\/json-file|ide\/project-change)\.ts$/],
  [/^modern-tar$/, /^platform\/(?:facts|scrub)\.ts$/],
  [/^vscode-languageserver$/, /^lsp\//],
  [/^vscode-languageserver\/browser$/, /^lsp\/browser\.ts$/],
  [/^vscode-languageserver\/node$/, /^lsp\/node\.ts$/],
  [/^node:child_process$/, /^(?:cli\/gcc|lsp\/own-heap)\.ts$/],
  [/^node:crypto$/, /^cli\//],
  [/^node:fs$/, /^(?:cli|disk)\//],
  [/^node:fs\/promises$/, /^(?:disk\/|lsp\/files\/disk\.ts$)/],
  [/^node:os$/, /^cli\//],
  [/^node:(?:path|url)$/, /^(?:cli\/|disk\/|lsp\/files\/disk\.ts$)/],
  [/^node:stream$/, /^lsp\/frames\.ts$/],
  [/^node:util$/, /^cli\//],
  [/^node:v8$/, /^cli\/main\.ts$/],
  [/^node:worker_threads$/, /^cli\/(?:main|terminal|threads)\.ts$/],
]

const CLIENT_PACKAGES: Welcome = [
  [/^vscode(?:-languageclient)?$/, /^[\w.-]+\.ts$/],
  [/^vscode-languageclient\/browser$/, /^extension\.browser\.ts$/],
  [/^vscode-languageclient\/node$/, /^extension\.node\.ts$/],
  [/^preact$/, /^webview\//],
]

/** Names of the language that only compute. */
const COMPUTING =
  /^(?:undefined|Infinity|NaN|Array|ArrayBuffer|BigInt|Boolean|DataView|Error|JSON|Map|Math|Number|Object|RegExp|Set|String|Symbol|TextDecoder|TextEncoder|U?[Ii]nt(?:8|16|32)Array|(?:de|en)codeURIComponent|atob|btoa)$/

const SERVER_GLOBALS: Welcome = [
  [COMPUTING, /./],
  [/^WeakMap$/, /^text\/memo\.ts$/],
  [/^Promise$/, /^(?:platform\/facts\.ts$|lsp\/|cli\/)/],
  [/^(?:Blob|DecompressionStream)$/, /^platform\/facts\.ts$/],
  [/^Date$/, /^(?:disk\/facts\.ts$|ide\/facts-status\.ts$|lsp\/|cli\/)/],
  [/^performance$/, /^lsp\/(?:time\/processor-time|session|edits\/trial-time)\.ts$/],
  [/^(?:Atomics|SharedArrayBuffer)$/, /^cli\/threads\.ts$/],
  [/^process$/, /^(?:cli\/(?:file-time|main)|disk\/write|lsp\/(?:node|own-heap|time\/processor-time))\.ts$/],
  [/^self$/, /^lsp\/browser\.ts$/],
  [/^(?:set|clear)Timeout$/, /^(?:lsp|cli)\//],
]

const CLIENT_GLOBALS: Welcome = [
  [COMPUTING, /./],
  [/^(?:Promise|(?:set|clear)Timeout)$/, /./],
  [/^process$/, /^tasks\.ts$/],
  [/^Worker$/, /^extension\.browser\.ts$/],
  [/^WeakMap$/, /^webview\/drawing\/memo\.ts$/],
  [
    /^(?:document|window|HTML\w+|Element|Image|addEventListener|getComputedStyle|inner(?:Height|Width)|requestAnimationFrame)$/,
    /^webview\/[\w-]+\.ts$/,
  ],
]

/** Members of such names that answer differently each time, change what they are given, or load code. */
const UNWELCOME =
  /^(?:Math\.random|ObjectConstructor\.(?:definePropert\w+|setPrototypeOf)|DateConstructor\.now|Process\.(?:getBuiltinModule|binding|dlopen))$/

const SERVER_MEMBERS: Welcome = [[/^DateConstructor\.now$/, /^(?:disk\/facts\.ts$|lsp\/)/]]

/** Whether a file of the server, or of the client, may import a package. */
export const isPackageOfServer = (name: string, path: string): boolean => isWelcome(SERVER_PACKAGES, name, path)
export const isPackageOfClient = (name: string, path: string): boolean => isWelcome(CLIENT_PACKAGES, name, path)

/** What a file uses of the world that its place does not allow. */
export const outsideOfServer = (program: Program, file: SourceFile): readonly string[] =>
  unwelcomeIn(program, file, SERVER_GLOBALS)
export const outsideOfClient = (program: Program, file: SourceFile): readonly string[] =>
  unwelcomeIn(program, file, CLIENT_GLOBALS)

function unwelcomeIn(program: Program, file: SourceFile, globals: Welcome): readonly string[] {
  const path = pathOf(program, file)
  const names = globalsIn(program, file).filter(({ name }) => !isWelcome(globals, name, path))
  const members = membersOutside(program, file).filter(
    ({ name }) => UNWELCOME.test(name) && !isWelcome(SERVER_MEMBERS, name, path),
  )
  return [...names, ...members].map(({ node, name }) => `${locationOf(program, node)} ${name}`)
}

/** A name of the language or of what runs it, as `Math` or `Math.random`, where a file uses it. */
interface OutsideUse {
  readonly node: Node
  readonly name: string
}

/** Names that no file declares or imports; those in types are left out, which are gone at run time. */
function globalsIn({ root, checker }: Program, file: SourceFile): readonly OutsideUse[] {
  const nodes = [...nodesIn(file)].filter(node => isIdentifier(node) && !isOfMember(node) && !isInType(node))
  return (nodes.length === 0 ? [] : checker.getSymbolAtLocation(nodes)).flatMap((symbol, index) => {
    const node = nodes[index]!
    if (!symbol || symbol.flags & SymbolFlags.Alias || !(symbol.flags & SymbolFlags.Value)) return []
    const homes = homesOf(symbol)
    const isOurs = symbol.getParent() !== undefined || homes.some(path => path.startsWith(`${root}/`))
    const isGlobal = homes.length > 0 || symbol.name === 'globalThis'
    return isOurs || !isGlobal ? [] : [{ node, name: node.getText() }]
  })
}

const isOfMember = (node: Node): boolean => isPropertyAccessExpression(node.parent) && node.parent.name === node

const isInType = (node: Node): boolean =>
  node.parent.kind === SyntaxKind.TypeReference || node.parent.kind === SyntaxKind.TypeQuery

/** The same of members of what the language declares, taken apart or by their name in brackets as well. */
const membersOutside = (program: Program, file: SourceFile): readonly OutsideUse[] =>
  usesIn(program, file)
    .filter(({ owner, homes }) => owner !== undefined && homes.length > 0 && homes.every(home => home.startsWith('/')))
    .map(({ node, name, owner }) => ({ node, name: `${owner}.${name}` }))
