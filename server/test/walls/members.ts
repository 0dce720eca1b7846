import {
  isBindingElement,
  isIdentifier,
  isPropertyAccessExpression,
  isVariableDeclaration,
  type Node,
} from 'typescript/unstable/ast'
import type { Symbol as Sym } from 'typescript/unstable/sync'
import { bare } from './changes.ts'
import { homesOf, type Program, symbolAt } from './program.ts'

/** A member of an interface. */
export interface Member {
  readonly home: string
  readonly owner: string
  readonly name: string
}

/** Whether an expression is such a member, taken apart or through a variable as well. */
export function isMember(program: Program, expression: Node, member: Member): boolean {
  const node = bare(expression)
  const isIt = (symbol: Sym | undefined): boolean =>
    symbol?.name === member.name &&
    symbol.getParent()?.name === member.owner &&
    homesOf(symbol).includes(`${program.root}/${member.home}`)
  if (isPropertyAccessExpression(node)) return isIt(symbolAt(program, node.name))
  if (!isIdentifier(node)) return false
  const declaration = symbolAt(program, node)?.valueDeclaration?.resolve(program.project)
  if (!declaration) return false
  if (isVariableDeclaration(declaration))
    return declaration.initializer !== undefined && isMember(program, declaration.initializer, member)
  return isBindingElement(declaration) && isIt(takenBy(program, declaration.parent, declaration.propertyName ?? node))
}

function takenBy({ checker }: Program, pattern: Node, member: Node): Sym | undefined {
  const type = checker.getTypeAtLocation(pattern)
  return type && checker.getPropertyOfType(type, member.getText())
}
