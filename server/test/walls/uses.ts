import {
  isBindingElement,
  isElementAccessExpression,
  isIdentifier,
  isObjectBindingPattern,
  isPropertyAssignment,
  isShorthandPropertyAssignment,
  isStringLiteralLikeNode,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast'
import type { Symbol as Sym } from 'typescript/unstable/sync'
import { homesOf, locationOf, nodesIn, type Program, symbolsAt } from './program.ts'

/** A name that a file uses, by where it is declared: through whatever imports, re-exports and members it was reached. */
export interface Use {
  readonly node: Node
  readonly name: string
  /** The interface or class it is a member of. */
  readonly owner: string | undefined
  /** Paths from the program's root. */
  readonly homes: readonly string[]
}

const known = new WeakMap<SourceFile, readonly Use[]>()

export function usesIn(program: Program, file: SourceFile): readonly Use[] {
  const uses = known.get(file) ?? readUses(program, file)
  known.set(file, uses)
  return uses
}

function readUses(program: Program, file: SourceFile): readonly Use[] {
  const nodes = [...nodesIn(file)]
  const names = nodes.filter(node => isIdentifier(node) || isMemberName(node))
  const taken = nodes.filter(isBindingElement).flatMap(({ parent, propertyName, name }) => {
    const member = propertyName ?? name
    return isObjectBindingPattern(parent) && member ? { node: member as Node, pattern: parent as Node } : []
  })
  return [
    ...symbolsAt(program, names).flatMap((symbol, index) => useOf(program, names[index]!, symbol)),
    ...taken.flatMap(({ node, pattern }) => useOf(program, node, memberOf(program, pattern, node.getText()))),
  ]
}

/** `'text'` of `file['text']` */
const isMemberName = (node: Node): boolean =>
  isStringLiteralLikeNode(node) && isElementAccessExpression(node.parent) && node.parent.argumentExpression === node

function memberOf({ checker }: Program, pattern: Node, name: string): Sym | undefined {
  const type = checker.getTypeAtLocation(pattern)
  return type && checker.getPropertyOfType(type, name)
}

const useOf = ({ root }: Program, node: Node, symbol: Sym | undefined): readonly Use[] =>
  symbol && !isOwnName(node)
    ? [
        {
          node,
          name: symbol.name,
          owner: symbol.getParent()?.name,
          homes: homesOf(symbol).map(path => path.replace(`${root}/`, '')),
        },
      ]
    : []

/** A field that is filled says nothing of what it is filled with. */
const isOwnName = (node: Node): boolean =>
  (isPropertyAssignment(node.parent) && node.parent.name === node) || isShorthandPropertyAssignment(node.parent)

/** Where text, tokens and nodes are at home; how near two words are is asked of words alone. */
const TEXTS = /^c\/(?:parse|preprocess|recover\/(?!closest\.)|raw|token)|^text\/(?:encoding|lines)\./

/** What a file sees of texts, tokens and syntax nodes. */
export const seesText = (program: Program, file: SourceFile): readonly string[] =>
  usesIn(program, file)
    .filter(({ name, owner, homes }) =>
      homes.some(
        home =>
          TEXTS.test(home) ||
          (home === 'text/source-file.ts' && (name === 'textOf' || (name === 'text' && owner === 'SourceFile'))),
      ),
    )
    .map(({ node, name }) => `${locationOf(program, node)} ${name}`)

/** What a file sees of the parsers' trees, under whatever name they were handed on. */
export const seesTrees = (program: Program, file: SourceFile): readonly string[] =>
  usesIn(program, file)
    .filter(({ homes }) => homes.some(home => /(?:^|\/)(?:node_modules\/)?web-tree-sitter\//.test(home)))
    .map(({ node, name }) => `${locationOf(program, node)} ${name}`)
