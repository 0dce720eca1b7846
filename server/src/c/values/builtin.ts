import { byWord } from '../../text/by-word.ts'
import { child, type SyntaxNode } from '../parse/grammar.ts'
import { convert, fits } from './integer.ts'
import { type Constant, didYouMean, type EvalContext, isFailedMacro, report } from './scope.ts'
import { stringOf } from './string-literal.ts'
import { areCompatible, type CType, INT, type IntType, typeName, UINT, ULLONG, ULONG, USHORT } from './types.ts'

/** What an expression is, from the module that calls this one. */
interface Evaluation {
  readonly evaluate: (node: SyntaxNode, context: EvalContext) => Constant | undefined
  /** The type that a `sizeof` measures. */
  readonly operandType: (node: SyntaxNode, context: EvalContext) => CType | undefined
}

/** gcc's built-in functions that are constant, called on constants. */
export function builtinCall(
  node: SyntaxNode,
  context: EvalContext,
  { evaluate, operandType }: Evaluation,
): Constant | undefined {
  const callee = child(node, 'function')
  const [first, second, third] = child(node, 'arguments')?.children ?? []
  switch (callee?.text) {
    case '__builtin_constant_p':
      return { type: INT, value: first && isNumber(evaluate(first, quietly(context))) ? 1n : 0n }
    case '__builtin_expect':
      return first && evaluate(first, context)
    case '__builtin_choose_expr': {
      const test = first && evaluate(first, context)
      const chosen = test && (test.value !== 0n ? second : third)
      return chosen && evaluate(chosen, context)
    }
    case '__builtin_types_compatible_p': {
      const [left, right] = [first && operandType(first, context), second && operandType(second, context)]
      return left && right && { type: INT, value: areCompatible(left, right) ? 1n : 0n }
    }
    case '__builtin_strlen': {
      const text = first && stringOf(first)
      return text && { type: ULONG, value: BigInt([...text.units, 0].indexOf(0)) }
    }
    default: {
      const operation = bitOperation(callee?.text ?? '')
      if (operation) return first && applied(operation, first, context, evaluate)
      if (callee && isFailedMacro(callee, context)) return undefined
      const more = callee ? didYouMean(context, callee, context.scope.macros.keys()) : {}
      return report(context, node, 'undeclared', `"${callee?.text}" is neither a macro nor a constant`, more)
    }
  }
}

export const quietly = (context: EvalContext): EvalContext => ({
  ...context,
  scope: { ...context.scope, problems: [] },
})

/** Of addresses only those of string literals count, which have no name. */
const isNumber = (constant: Constant | undefined): boolean =>
  constant !== undefined && (constant.base === undefined || constant.base.startsWith('"'))

/** A function of the bits of its argument, which is of `type`. */
interface BitOperation {
  readonly type: IntType
  readonly result: IntType
  readonly apply: (value: bigint, width: number) => bigint
}

const WIDTHS = byWord<IntType>({ '16': USHORT, '32': UINT, '64': ULONG })
const SUFFIXES = byWord<IntType>({ '': UINT, l: ULONG, ll: ULLONG })

function bitOperation(name: string): BitOperation | undefined {
  const [, swap, operation = '', suffix = ''] =
    /^__builtin_(?:bswap(16|32|64)|(ffs|clz|ctz|popcount|parity)(l{0,2}))$/.exec(name) ?? []
  const type = swap === undefined ? SUFFIXES[suffix] : WIDTHS[swap]
  const apply = swap === undefined ? COUNTS[operation] : swapBytes
  return type && apply && { type, result: swap === undefined ? INT : type, apply }
}

const ones = (value: bigint): bigint => BigInt(value.toString(2).replaceAll('0', '').length)
function trailingZeros(value: bigint): bigint {
  const digits = value.toString(2)
  return BigInt(digits.length - 1 - digits.lastIndexOf('1'))
}

const COUNTS = byWord<BitOperation['apply']>({
  ffs: value => (value === 0n ? 0n : trailingZeros(value) + 1n),
  clz: (value, width) => BigInt(value === 0n ? width : width - value.toString(2).length),
  ctz: (value, width) => (value === 0n ? BigInt(width) : trailingZeros(value)),
  popcount: ones,
  parity: value => ones(value) & 1n,
})

function swapBytes(value: bigint, width: number): bigint {
  let swapped = 0n
  for (let bit = 0; bit < width; bit += 8) swapped = (swapped << 8n) | ((value >> BigInt(bit)) & 0xffn)
  return swapped
}

/** gcc takes no call for a constant whose argument overflows, and warns of one that its parameter cuts. */
function applied(
  { type, result, apply }: BitOperation,
  node: SyntaxNode,
  context: EvalContext,
  evaluate: Evaluation['evaluate'],
): Constant | undefined {
  const { problems } = context.scope
  const before = problems.length
  const argument = evaluate(node, context)
  if (argument?.type.kind !== 'int' || argument.base !== undefined) return undefined
  if (problems.slice(before).some(({ message }) => message.startsWith('integer overflow')))
    return report(context, node, 'not-constant', 'no constant: the argument overflows')
  const value = convert(argument.value, type)
  if (value !== argument.value && !fits(argument.value, { ...type, signed: true }))
    report(context, node, 'value-truncated', `argument ${argument.value} does not fit ${typeName(type)}`, {
      severity: 'warning',
    })
  return { type: result, value: apply(value, type.size * 8) }
}
