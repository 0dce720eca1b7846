import type { SyntaxNode } from '../parse/grammar.ts'
import { escapeFault } from './escapes.ts'
import { characters, characterValue, integerLiteral, lacksHexDigits } from './literal.ts'
import { realLiteral } from './real.ts'
import { type Constant, type EvalContext, report } from './scope.ts'
import { LONG_DOUBLE } from './types.ts'

/** The constants that are spelled as one token, or undefined after telling. */

export function character(node: SyntaxNode, context: EvalContext): Constant | undefined {
  if (lacksHexDigits(node.text)) return report(context, node, 'syntax', NO_HEX_DIGITS)
  const units = characters(node.text)?.units.length ?? 0
  const severity = 'warning'
  const fault = escapeFault(node.text, node.text.startsWith("'") ? 1 : 4)
  if (fault !== undefined) report(context, node, 'syntax', fault, { severity })
  if (1 < units)
    report(context, node, 'syntax', `character constant of ${units} characters${4 < units ? ': 4 count' : ''}`, {
      severity,
    })
  return characterValue(node.text) ?? report(context, node, 'syntax', 'empty character constant')
}

const NO_HEX_DIGITS = '\\x is used with no hexadecimal digits behind it'

export function number(node: SyntaxNode, context: EvalContext): Constant | undefined {
  const literal = integerLiteral(node.text)
  if (!literal) return real(node, context)
  if (literal.cut)
    report(context, node, 'value-truncated', `${node.text} is too large for any integer type`, { severity: 'warning' })
  return literal
}

function real(node: SyntaxNode, context: EvalContext): Constant | undefined {
  const literal = realLiteral(node.text)
  if (!literal) return report(context, node, 'not-constant', `"${node.text}" is not a number`)
  return literal.type === LONG_DOUBLE ? noLongDouble(node, context) : literal
}

export const noLongDouble = (node: SyntaxNode, context: EvalContext): undefined =>
  report(context, node, 'not-constant', 'long double is not supported')
