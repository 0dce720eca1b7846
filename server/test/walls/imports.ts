import { dirname, join, relative } from 'node:path'
import {
  isCallExpression,
  isExportDeclaration,
  isExportSpecifier,
  isExternalModuleReference,
  isIdentifier,
  isImportDeclaration,
  isImportSpecifier,
  isImportTypeNode,
  isLiteralTypeNode,
  isMetaProperty,
  isNewExpression,
  isStringLiteralLikeNode,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast'
import { homesOf, nodesIn, type Program, symbolsAt } from './program.ts'

export interface Import {
  /** As written; `?` where it is computed. */
  readonly name: string
  /** What it leads to, from the program's root: a path there, or one that leaves it; nothing for a package. */
  readonly target: string | undefined
}

/** In every form there is, whatever stands between its words. */
export function importsOf(program: Program, file: SourceFile): readonly Import[] {
  const specifiers = [...nodesIn(file)].flatMap(node => specifierOf(node) ?? [])
  return [
    ...specifiers.map(node => ({
      name: isStringLiteralLikeNode(node) ? node.text : '?',
      target: targetOf(program, node),
    })),
    ...file.referencedFiles.map(({ fileName }) => ({
      name: fileName,
      target: relative(program.root, join(dirname(file.fileName), fileName)),
    })),
  ]
}

function specifierOf(node: Node): Node | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) return node.moduleSpecifier
  if (isExternalModuleReference(node)) return node.expression
  if (isImportTypeNode(node)) return isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument
  if (isCallExpression(node) && isLoader(node.expression)) return node.arguments[0] ?? node
  // `new URL('./x.ts', import.meta.url)`, as workers are started
  if (isNewExpression(node) && [...(node.arguments?.[1] ? nodesIn(node.arguments[1]) : [])].some(isMetaProperty))
    return node.arguments?.[0]
  return undefined
}

const isLoader = (callee: Node): boolean =>
  callee.kind === SyntaxKind.ImportKeyword ||
  (isIdentifier(callee) && /^(require|createRequire)$/.test(callee.text)) ||
  /^(?:require\.resolve|import\.meta\.\w+)$/.test(callee.getText())

/** By the compiler, which knows links and aliases of packages; by the path where it has no module for it. */
function targetOf({ root, checker }: Program, specifier: Node): string | undefined {
  const home = checker.getSymbolAtLocation(specifier)?.valueDeclaration?.path
  if (home?.startsWith(`${root}/`)) return relative(root, home)
  if (!isStringLiteralLikeNode(specifier) || !specifier.text.startsWith('.')) return undefined
  return relative(root, join(dirname(specifier.getSourceFile().fileName), specifier.text))
}

/** The names a file imports or hands on, each with the files that declare it, however often it was handed on before. */
export function importedNames(
  program: Program,
  file: SourceFile,
): readonly (Omit<Import, 'target'> & { homes: readonly string[] })[] {
  const names = [...nodesIn(file)].flatMap(node =>
    isImportSpecifier(node) || isExportSpecifier(node) ? node.name : [],
  )
  return symbolsAt(program, names).flatMap((symbol, index) =>
    symbol ? { name: names[index]!.text, homes: homesOf(symbol).map(path => relative(program.root, path)) } : [],
  )
}
