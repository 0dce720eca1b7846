import {
  isBindingElement,
  isCallExpression,
  isIdentifier,
  isPropertyAccessExpression,
  isVariableDeclaration,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast'
import { bare } from './changes.ts'
import { homesOf, locationOf, nodesIn, type Program, symbolAt } from './program.ts'

/** Regular expressions that run over the whole text of a file, through a variable as well. */
export function textScansIn(program: Program, file: SourceFile): readonly string[] {
  return [...nodesIn(file)]
    .filter(node => isCallExpression(node) && isPropertyAccessExpression(node.expression))
    .filter(node => isScan(program, node))
    .map(node => locationOf(program, node))
}

function isScan(program: Program, call: Node): boolean {
  if (!isCallExpression(call) || !isPropertyAccessExpression(call.expression)) return false
  const { expression, name } = call.expression
  const scanned = /^(?:match|matchAll|search|replace|replaceAll|split)$/.test(name.text)
    ? expression
    : /^(?:test|exec)$/.test(name.text)
      ? call.arguments[0]
      : undefined
  return scanned !== undefined && isText(program, bare(scanned))
}

function isText(program: Program, node: Node): boolean {
  if (isPropertyAccessExpression(node)) return node.name.text === 'text' && isTextOfFile(program, node.name)
  if (!isIdentifier(node)) return false
  const declaration = symbolAt(program, node)?.valueDeclaration?.resolve(program.project)
  if (!declaration) return false
  if (isVariableDeclaration(declaration))
    return declaration.initializer !== undefined && isText(program, bare(declaration.initializer))
  return isBindingElement(declaration) && takesText(program, declaration.parent, declaration.propertyName ?? node)
}

const isTextOfFile = (program: Program, name: Node): boolean => {
  const symbol = symbolAt(program, name)
  return symbol?.getParent()?.name === 'SourceFile' && homesOf(symbol).includes(`${program.root}/text/source-file.ts`)
}

function takesText({ root, checker }: Program, pattern: Node, member: Node): boolean {
  const type = checker.getTypeAtLocation(pattern)
  const property = type && checker.getPropertyOfType(type, member.getText())
  return (
    property?.name === 'text' &&
    property.getParent()?.name === 'SourceFile' &&
    homesOf(property).includes(`${root}/text/source-file.ts`)
  )
}
