import { child, type SyntaxNode } from '../parse/grammar.ts'
import { type EvalContext, report } from './scope.ts'

/**
 * gcc's -Wparentheses, which -Wall of the tree's build makes an error: operators whose precedence is often mistaken,
 * side by side without parentheses (`warn_about_parentheses` of gcc's c-warn.cc).
 */
export function warnOfParentheses(node: SyntaxNode, context: EvalContext): void {
  const operator = operatorOf(node)
  const operands = [child(node, 'left'), child(node, 'right')].map(operatorOf)
  const message = wordsFor(operator, operands)
  if (message !== undefined) report(context, node, 'syntax', message, { severity: 'warning' })
}

/** Of a binary expression, or `!`; empty for what stands in parentheses and for all else. */
const operatorOf = (node: SyntaxNode | undefined): string =>
  node?.type === 'binary_expression'
    ? (child(node, 'operator')?.text ?? '')
    : node?.type === 'unary_expression' && child(node, 'operator')?.text === '!'
      ? '!'
      : ''

const SUMS: readonly string[] = ['+', '-']
const EQUALITIES: readonly string[] = ['==', '!=']
const ORDERS: readonly string[] = ['<', '>', '<=', '>=']
const COMPARISONS: readonly string[] = [...EQUALITIES, ...ORDERS]

function wordsFor(operator: string, operands: readonly string[]): string | undefined {
  const among = (operators: readonly string[]) => operands.find(each => operators.includes(each))
  const sum = among(SUMS)
  if ((operator === '<<' || operator === '>>') && sum !== undefined)
    return `"${sum}" inside "${operator}" without parentheses: "${sum}" binds tighter`
  if (operator === '||' && among(['&&'])) return '"&&" within "||" without parentheses'
  const bits = BITWISE.get(operator)
  const inner = bits && (operands[0] === '!' ? '!' : among([...bits, ...COMPARISONS]))
  if (inner !== undefined) return `"${inner}" in an operand of "${operator}" without parentheses`
  const compared = EQUALITIES.includes(operator) ? among(COMPARISONS) : undefined
  if (compared !== undefined) return `"${compared}" in an operand of "${operator}" without parentheses`
  return ORDERS.includes(operator) && among(COMPARISONS) !== undefined
    ? `"${operator}" compares the result of another comparison`
    : undefined
}

const BITWISE: ReadonlyMap<string, readonly string[]> = new Map([
  ['|', ['&', '^', ...SUMS]],
  ['^', ['&', ...SUMS]],
  ['&', SUMS],
])
