import {
  isCallExpression,
  isPropertyAccessExpression,
  isThrowStatement,
  type SourceFile,
} from 'typescript/unstable/ast'
import { locationOf, nodesIn, type Program } from './program.ts'

/** Where a file throws of itself, a promise that is rejected included. */
export const throwsIn = (program: Program, file: SourceFile): readonly string[] =>
  [...nodesIn(file)]
    .filter(
      node =>
        isThrowStatement(node) ||
        (isCallExpression(node) &&
          isPropertyAccessExpression(node.expression) &&
          /^(?:throw|reject)$/.test(node.expression.name.text)),
    )
    .map(node => locationOf(program, node))
