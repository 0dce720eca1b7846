import {
  isBinaryExpression,
  isCallExpression,
  isCaseClause,
  isIdentifier,
  isNumericLiteral,
  isSwitchStatement,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast'
import { TypeFlags } from 'typescript/unstable/sync'
import { isMember, type Member } from './members.ts'
import { locationOf, nodesIn, type Program } from './program.ts'

/** Where a bigint, which an address is, becomes a number. */
export const numbersOfBigints = (program: Program, file: SourceFile): readonly string[] =>
  [...nodesIn(file)]
    .filter(node => isCallExpression(node) && isIdentifier(node.expression) && node.expression.text === 'Number')
    .filter(node => isCallExpression(node) && node.arguments.some(argument => isBigint(program, argument)))
    .map(node => locationOf(program, node))

function isBigint({ checker }: Program, node: Node): boolean {
  const type = checker.getTypeAtLocation(node)
  const parts = type?.isUnionType() ? type.getTypes() : [type]
  return parts.some(part => part !== undefined && (part.flags & TypeFlags.BigIntLike) !== 0)
}

/** Where the type of an IOMMU unit is compared with a number: all but 0, which says that there is none. */
export const numberedIommus = (program: Program, file: SourceFile): readonly string[] =>
  [...nodesIn(file)]
    .filter(node => comparedBy(node).some(sides => isNumbered(program, sides)))
    .map(node => locationOf(program, node))

type Sides = readonly [Node, Node]

function comparedBy(node: Node): readonly Sides[] {
  if (isBinaryExpression(node))
    return [
      [node.left, node.right],
      [node.right, node.left],
    ]
  const switched = isCaseClause(node) ? node.parent.parent : undefined
  return switched && isSwitchStatement(switched) && isCaseClause(node) ? [[switched.expression, node.expression]] : []
}

const TYPE: Member = { home: 'config/model.ts', owner: 'IommuUnit', name: 'type' }

const isNumbered = (program: Program, [side, other]: Sides): boolean =>
  isNumericLiteral(other) && other.text !== '0' && isMember(program, side, TYPE)
