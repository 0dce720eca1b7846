import {
  isBinaryExpression,
  isBindingElement,
  isConditionalExpression,
  isForOfStatement,
  isIdentifier,
  isParameterDeclaration,
  isVariableDeclaration,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast'
import { bare, changedBy, rootOf } from './changes.ts'
import { functionAround, locationOf, nodesIn, type Program, symbolAt } from './program.ts'

/** Where a file changes what it was given: members of a parameter, through variables as well. */
export const changesGiven = (program: Program, file: SourceFile): readonly string[] =>
  [...nodesIn(file)].flatMap(changedBy).flatMap(({ of, isAssigned }) => {
    // A list that is a parameter itself is one that is meant to be filled: a read-only one has no such method.
    const isPlain = isIdentifier(of) && (isAssigned || isParameter(program, of))
    return !isPlain && originsOf(program, of).some(origin => isParameter(program, origin))
      ? [`${locationOf(program, of)} ${of.getText()}`]
      : []
  })

/** The names, `this` or other expressions that what an expression stands for comes from, behind variables of functions. */
export function originsOf(program: Program, node: Node, seen: ReadonlySet<Node> = new Set()): readonly Node[] {
  const root = rootOf(node)
  const choices = isConditionalExpression(root)
    ? [root.whenTrue, root.whenFalse]
    : isBinaryExpression(root) && CHOOSING.has(root.operatorToken.kind)
      ? [root.left, root.right]
      : []
  if (choices.length > 0) return choices.flatMap(choice => originsOf(program, choice, seen))
  const declaration = declarationOf(program, root)
  if (!declaration || seen.has(declaration) || !functionAround(declaration)) return [root]
  const source = sourceOf(declaration)
  return source ? originsOf(program, source, new Set([...seen, declaration])) : [root]
}

const CHOOSING: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.QuestionQuestionToken,
  SyntaxKind.BarBarToken,
  SyntaxKind.AmpersandAmpersandToken,
])

/** What a variable is taken from, a pattern or a loop included. */
function sourceOf(declaration: Node): Node | undefined {
  if (isBindingElement(declaration)) return sourceOf(declaration.parent.parent)
  if (!isVariableDeclaration(declaration)) return undefined
  const loop = declaration.parent.parent
  if (isForOfStatement(loop)) return loop.expression
  return declaration.initializer && bare(declaration.initializer)
}

function isParameter(program: Program, node: Node): boolean {
  let declaration = declarationOf(program, node)
  while (declaration && isBindingElement(declaration)) declaration = declaration.parent.parent
  return declaration !== undefined && isParameterDeclaration(declaration)
}

export const declarationOf = (program: Program, node: Node): Node | undefined =>
  isIdentifier(node) ? symbolAt(program, node)?.declarations[0]?.resolve(program.project) : undefined
