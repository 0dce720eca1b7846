import { child, type SyntaxNode } from '../parse/grammar.ts'
import { type Constant, didYouMean, type EvalContext, report } from './scope.ts'
import { type CType, INT, typeName } from './types.ts'

/** What an expression is, from the module that calls this one. */
interface Evaluation {
  readonly evaluate: (node: SyntaxNode, context: EvalContext) => Constant | undefined
  readonly typeOf: (node: SyntaxNode, context: EvalContext) => CType | undefined
}

/** gcc's built-in functions that are constant, called on constants. */
export function builtinCall(
  node: SyntaxNode,
  context: EvalContext,
  { evaluate, typeOf }: Evaluation,
): Constant | undefined {
  const [callee, list] = [child(node, 'function'), child(node, 'arguments')]
  const [first, second, third] = list?.children ?? []
  switch (callee?.text) {
    case '__builtin_constant_p':
      return { type: INT, value: first && evaluate(first, quietly(context)) !== undefined ? 1n : 0n }
    case '__builtin_expect':
      return first && evaluate(first, context)
    case '__builtin_choose_expr': {
      const test = first && evaluate(first, context)
      const chosen = test && (test.value !== 0n ? second : third)
      return chosen && evaluate(chosen, context)
    }
    case '__builtin_types_compatible_p':
      return {
        type: INT,
        value: sameType(first && typeOf(first, context), second && typeOf(second, context)) ? 1n : 0n,
      }
    case '__builtin_bswap16':
    case '__builtin_bswap32':
    case '__builtin_bswap64':
      return first && swapBytes(evaluate(first, context), Number(callee.text.slice(-2)))
    default: {
      const names = context.scope.macros.keys()
      const more = callee ? didYouMean(context, callee, names) : {}
      return report(context, node, 'undeclared', `"${callee?.text}" is neither a macro nor a constant`, more)
    }
  }
}

const quietly = (context: EvalContext): EvalContext => ({ ...context, scope: { ...context.scope, problems: [] } })

const sameType = (a: CType | undefined, b: CType | undefined): boolean =>
  a !== undefined && b !== undefined && a.kind === b.kind && typeName(a) === typeName(b)

function swapBytes(constant: Constant | undefined, bits: number): Constant | undefined {
  if (!constant) return undefined
  let swapped = 0n
  for (let bit = 0; bit < bits; bit += 8) swapped = (swapped << 8n) | ((constant.value >> BigInt(bit)) & 0xffn)
  return { ...constant, value: swapped }
}
