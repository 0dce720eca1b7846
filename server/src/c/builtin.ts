import { child, type SyntaxNode } from './grammar.ts'
import { type Constant, didYouMean, type Reading, tell } from './scope.ts'
import { type CType, INT, typeName } from './types.ts'

/** What an expression is, from the module that calls this one. */
interface Evaluation {
  readonly evaluate: (node: SyntaxNode, at: Reading) => Constant | undefined
  readonly typeOf: (node: SyntaxNode, at: Reading) => CType | undefined
}

/** gcc's built-in functions that are constant, called on constants. */
export function builtinCall(node: SyntaxNode, at: Reading, { evaluate, typeOf }: Evaluation): Constant | undefined {
  const [callee, list] = [child(node, 'function'), child(node, 'arguments')]
  const [first, second, third] = list?.children ?? []
  switch (callee?.text) {
    case '__builtin_constant_p':
      return { type: INT, value: first && evaluate(first, quietly(at)) !== undefined ? 1n : 0n }
    case '__builtin_expect':
      return first && evaluate(first, at)
    case '__builtin_choose_expr': {
      const test = first && evaluate(first, at)
      const chosen = test && (test.value !== 0n ? second : third)
      return chosen && evaluate(chosen, at)
    }
    case '__builtin_types_compatible_p':
      return { type: INT, value: sameType(first && typeOf(first, at), second && typeOf(second, at)) ? 1n : 0n }
    case '__builtin_bswap16':
    case '__builtin_bswap32':
    case '__builtin_bswap64':
      return first && swapBytes(evaluate(first, at), Number(callee.text.slice(-2)))
    default: {
      const names = at.scope.macros.keys()
      const more = callee ? didYouMean(at, callee, names) : {}
      return tell(at, node, 'undeclared', `"${callee?.text}" is neither a macro nor constant`, more)
    }
  }
}

const quietly = (at: Reading): Reading => ({ ...at, scope: { ...at.scope, problems: [] } })

const sameType = (a: CType | undefined, b: CType | undefined): boolean =>
  a !== undefined && b !== undefined && a.kind === b.kind && typeName(a) === typeName(b)

function swapBytes(constant: Constant | undefined, bits: number): Constant | undefined {
  if (!constant) return undefined
  let swapped = 0n
  for (let bit = 0; bit < bits; bit += 8) swapped = (swapped << 8n) | ((constant.value >> BigInt(bit)) & 0xffn)
  return { ...constant, value: swapped }
}
