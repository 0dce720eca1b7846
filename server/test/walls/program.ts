import { join, relative } from 'node:path'
import {
  isFunctionLikeDeclaration,
  isIdentifier,
  isPropertyDeclaration,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast'
import { createVirtualFileSystem } from 'typescript/unstable/fs'
import { API, type Checker, type Project, type Symbol as Sym, SymbolFlags } from 'typescript/unstable/sync'

/** The sources as the compiler sees them: what a name stands for is asked of it, not of the line it is in. */
export interface Program {
  readonly root: string
  readonly files: readonly SourceFile[]
  readonly checker: Checker
  readonly project: Project
  readonly close: () => void
}

/** The files of a project whose tsconfig.json lies in `folder`, as far as they lie below `root`. */
export function openProgram(folder: string, root: string): Program {
  return opened(new API({ cwd: folder }), folder, root)
}

/** A made-up project, to try a wall with: texts by their path below `/src`. */
export function programOf(texts: Readonly<Record<string, string>>): Program {
  const compilerOptions = {
    target: 'ES2023',
    module: 'ESNext',
    moduleResolution: 'bundler',
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    jsx: 'preserve',
    types: [],
  }
  const files = Object.entries(texts).map(([path, text]) => [`/src/${path}`, text])
  const config = ['/tsconfig.json', JSON.stringify({ compilerOptions, include: ['src'] })]
  const fs = createVirtualFileSystem(Object.fromEntries([config, ...files]))
  return opened(new API({ cwd: '/', fs }), '/', '/src')
}

function opened(api: API, folder: string, root: string): Program {
  const config = join(folder, 'tsconfig.json')
  const project = api.updateSnapshot({ openProjects: [config] }).getProject(config)
  if (!project) throw new Error(`${config} is no project`)
  const files = project.program
    .getSourceFileNames()
    .filter(name => name.startsWith(`${root}/`) && !name.includes('/node_modules/'))
    .map(name => project.program.getSourceFile(name)!)
  return { root, files, checker: project.checker, project, close: () => api.close() }
}

export const pathOf = ({ root }: Program, file: SourceFile): string => relative(root, file.fileName)

/** A node and all below it. */
export function* nodesIn(node: Node): Iterable<Node> {
  yield node
  for (const child of childrenOf(node)) yield* nodesIn(child)
}

/** A node and what is evaluated with it: no body of a function below it, no field of the instances of a class. */
export function* evaluatedIn(node: Node): Iterable<Node> {
  yield node
  for (const child of childrenOf(node)) if (!isDeferred(child)) yield* evaluatedIn(child)
}

const isDeferred = (node: Node): boolean =>
  isFunctionLikeDeclaration(node) ||
  (isPropertyDeclaration(node) && !node.modifiers?.some(({ kind }) => kind === SyntaxKind.StaticKeyword))

function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = []
  node.forEachChild(child => {
    children.push(child)
  })
  return children
}

export function functionAround(node: Node): Node | undefined {
  let around = node.parent
  while (around && !isFunctionLikeDeclaration(around)) around = around.parent
  return around
}

/** What a name stands for, behind imports and re-exports. */
export function symbolAt({ checker }: Program, node: Node): Sym | undefined {
  const symbol = checker.getSymbolAtLocation(node)
  return symbol && behindAliases(checker, symbol)
}

/** The same for many names of one file, in one question. */
export function symbolsAt({ checker }: Program, nodes: readonly Node[]): readonly (Sym | undefined)[] {
  return nodes.length === 0
    ? []
    : checker.getSymbolAtLocation(nodes).map(symbol => symbol && behindAliases(checker, symbol))
}

const behindAliases = (checker: Checker, symbol: Sym): Sym =>
  symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol

/** The files that declare a symbol. */
export const homesOf = (symbol: Pick<Sym, 'declarations'>): readonly string[] =>
  symbol.declarations.map(({ path }) => path)

export const identifiersIn = (file: SourceFile): readonly Node[] => [...nodesIn(file)].filter(isIdentifier)

/** `path:line`, as editors link it. */
export function locationOf(program: Program, node: Node): string {
  const file = node.getSourceFile()
  const line = file.text.slice(0, node.getStart(file)).split('\n').length
  return `${pathOf(program, file)}:${line}`
}
