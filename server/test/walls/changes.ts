import {
  isArrayLiteralExpression,
  isAsExpression,
  isAssignmentOperatorToken,
  isBinaryExpression,
  isCallExpression,
  isDeleteExpression,
  isElementAccessExpression,
  isForInStatement,
  isForOfStatement,
  isNonNullExpression,
  isObjectLiteralExpression,
  isParenthesizedExpression,
  isPostfixUnaryExpression,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isSatisfiesExpression,
  isShorthandPropertyAssignment,
  isSpreadAssignment,
  isSpreadElement,
  isStringLiteralLikeNode,
  isVariableDeclarationList,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast'

/** Something that is changed: a variable or member that gets another value, or a collection other elements. */
export interface Change {
  readonly of: Node
  readonly isAssigned: boolean
}

export function changedBy(node: Node): readonly Change[] {
  const inside = isCallExpression(node) ? changedByCall(node.expression, node.arguments) : []
  return [
    ...assignedBy(node).map(of => ({ of, isAssigned: true })),
    ...inside.map(each => ({ of: bare(each), isAssigned: false })),
  ]
}

function assignedBy(node: Node): readonly Node[] {
  if (isBinaryExpression(node) && isAssignmentOperatorToken(node.operatorToken)) return assigned(node.left)
  if (isPrefixUnaryExpression(node) || isPostfixUnaryExpression(node))
    return STEPS.has(node.operator) ? assigned(node.operand) : []
  if (isDeleteExpression(node)) return assigned(node.expression)
  return (isForOfStatement(node) || isForInStatement(node)) && !isVariableDeclarationList(node.initializer)
    ? assigned(node.initializer)
    : []
}

const STEPS: ReadonlySet<SyntaxKind> = new Set([SyntaxKind.PlusPlusToken, SyntaxKind.MinusMinusToken])

/** The targets of an assignment, a destructuring one included. */
function assigned(target: Node): readonly Node[] {
  if (isArrayLiteralExpression(target)) return target.elements.flatMap(assigned)
  if (isObjectLiteralExpression(target)) return target.properties.flatMap(assigned)
  if (isPropertyAssignment(target)) return assigned(target.initializer)
  if (isShorthandPropertyAssignment(target)) return assigned(target.name)
  if (isSpreadElement(target) || isSpreadAssignment(target)) return assigned(target.expression)
  if (isBinaryExpression(target)) return assigned(target.left)
  return [bare(target)]
}

/** Methods of the language that change what they are called on. */
const CHANGING =
  /^(?:set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set(?:\w+)|append|next)$/

/** Functions that change what they are given first. */
const CHANGES_FIRST =
  /^(?:Object\.(?:assign|defineProperty|defineProperties|setPrototypeOf)|Reflect\.(?:set|defineProperty|deleteProperty|setPrototypeOf)|Atomics\.\w+)$/

function changedByCall(callee: Node, [first]: readonly Node[]): readonly Node[] {
  const member = memberOf(callee)
  if (!member) return []
  if (/^(?:call|apply|bind)$/.test(member.name) && CHANGING.test(memberOf(member.of)?.name ?? ''))
    return first ? [first] : []
  if (CHANGES_FIRST.test(`${member.of.getText()}.${member.name}`)) return first ? [first] : []
  return CHANGING.test(member.name) ? [member.of] : []
}

/** Of `a.b` and `a['b']`. */
function memberOf(node: Node): { readonly of: Node; readonly name: string } | undefined {
  const inner = bare(node)
  if (isPropertyAccessExpression(inner)) return { of: inner.expression, name: inner.name.text }
  return isElementAccessExpression(inner) && isStringLiteralLikeNode(inner.argumentExpression)
    ? { of: inner.expression, name: inner.argumentExpression.text }
    : undefined
}

/** Methods that answer what their object holds. */
const ANSWERS_A_MEMBER = /^(?:get|at|find|findLast|values|entries)$/

/** The name, `this` or other expression that a chain of members begins with. */
export function rootOf(node: Node): Node {
  const inner = bare(node)
  if (isPropertyAccessExpression(inner) || isElementAccessExpression(inner)) return rootOf(inner.expression)
  const member = isCallExpression(inner) ? memberOf(inner.expression) : undefined
  return member && ANSWERS_A_MEMBER.test(member.name) ? rootOf(member.of) : inner
}

/** Without parentheses and what only the compiler reads. */
export function bare(node: Node): Node {
  return isParenthesizedExpression(node) ||
    isAsExpression(node) ||
    isSatisfiesExpression(node) ||
    isNonNullExpression(node)
    ? bare(node.expression)
    : node
}
