import type { SyntaxNode } from '../parse/grammar.ts'
import { commonType, convert, fits, promote } from './integer.ts'
import { calculate, compare } from './operators.ts'
import { commonFloat, isReal, realOperation, toReal } from './real.ts'
import { type Constant, type EvalContext, report } from './scope.ts'
import { CHAR, INT, type IntType, LONG, sizeOf, typeName } from './types.ts'

/** Whether a constant counts as true; an address of something does. */
export const truth = ({ value, base, real }: Constant): boolean =>
  real === undefined ? value !== 0n || base !== undefined : real !== 0

/** The value of `left operator right` for every binary operator that needs both values, or undefined after telling. */
export function operate(
  node: SyntaxNode,
  operator: string,
  left: Constant,
  right: Constant,
  context: EvalContext,
): Constant | undefined {
  if (isReal(left) || isReal(right)) return realArithmetic(node, operator, left, right, context)
  if (left.type.kind !== 'int' || right.type.kind !== 'int' || left.base !== right.base || left.base !== undefined)
    return pointerArithmetic(node, operator, left, right, context)
  return arithmetic(node, operator, { ...left, type: left.type }, { ...right, type: right.type }, context)
}

function realArithmetic(
  node: SyntaxNode,
  operator: string,
  left: Constant,
  right: Constant,
  context: EvalContext,
): Constant | undefined {
  const isArithmetic = [left, right].every(
    each => isReal(each) || (each.type.kind === 'int' && each.base === undefined),
  )
  const type = commonFloat(left.type, right.type)
  const result = isArithmetic
    ? realOperation(operator, toReal(left, type).real, toReal(right, type).real, type)
    : undefined
  return result ?? report(context, node, 'not-constant', `"${operator}" takes no floating-point number here`)
}

interface Int {
  readonly type: IntType
  readonly value: bigint
}

function arithmetic(
  node: SyntaxNode,
  operator: string,
  left: Int,
  right: Int,
  context: EvalContext,
): Constant | undefined {
  if (operator === '<<' || operator === '>>') return shift(node, operator, left, right, context)
  const type = commonType(left.type, right.type)
  const [a, b] = [convert(left.value, type), convert(right.value, type)]
  const compared = compare(operator, a, b)
  if (compared !== undefined) return { type: INT, value: compared ? 1n : 0n }
  if ((operator === '/' || operator === '%') && b === 0n) return report(context, node, 'division', 'division by zero')
  const exact = calculate(operator, a, b)
  if (exact === undefined) return report(context, node, 'not-constant', `"${operator}" is not allowed in a constant`)
  if (type.signed && !fits(exact, type))
    report(context, node, 'value-truncated', `integer overflow: ${exact} does not fit ${typeName(type)}`, {
      severity: 'warning',
    })
  return { type, value: convert(exact, type) }
}

function shift(node: SyntaxNode, operator: string, left: Int, right: Int, context: EvalContext): Constant | undefined {
  const type = promote(left.type)
  const value = convert(left.value, type)
  const width = BigInt(type.size * 8)
  if (right.value < 0n || width <= right.value) {
    const what = right.value < 0n ? 'is negative' : `is out of range for the ${width} bits of ${typeName(type)}`
    report(context, node, 'shift', `shift count ${right.value} ${what}`, {
      // gcc does not take it for a constant.
      severity: right.value < 0n ? 'error' : 'warning',
    })
  }
  const count = right.value < 0n ? -right.value : right.value
  const leftwards = (operator === '<<') === 0n <= right.value
  if (width <= count) return { type, value: leftwards || 0n <= value ? 0n : -1n }
  return { type, value: convert(leftwards ? value << count : value >> count, type) }
}

function pointerArithmetic(
  node: SyntaxNode,
  operator: string,
  left: Constant,
  right: Constant,
  context: EvalContext,
): Constant | undefined {
  const compared = left.base === right.base ? compare(operator, left.value, right.value) : undefined
  if (compared !== undefined) return { type: INT, value: compared ? 1n : 0n }
  const step = BigInt(Math.max(1, sizeOf(left.type.kind === 'other' && left.type.to ? left.type.to : CHAR)))
  if (operator === '-' && left.base === right.base && right.type.kind !== 'int')
    return { type: LONG, value: (left.value - right.value) / step }
  const sum = right.base === undefined && right.type.kind === 'int'
  if (sum && (operator === '+' || operator === '-')) {
    const distance = left.type.kind === 'int' ? right.value : right.value * step
    return { ...left, value: operator === '+' ? left.value + distance : left.value - distance }
  }
  if (operator === '+' && left.type.kind === 'int' && left.base === undefined)
    return pointerArithmetic(node, operator, right, left, context)
  return notLinked(node, context)
}

/** Tells of a constant that C leaves to the linker. */
export const notLinked = (node: SyntaxNode, context: EvalContext): undefined =>
  report(context, node, 'not-constant', 'address is not known before linking')
