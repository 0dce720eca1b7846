import type { SyntaxNode } from '../parse/grammar.ts'
import { evaluateInt } from './expression.ts'
import { type EvalContext, report } from './scope.ts'
import type { IntType } from './types.ts'

/**
 * The value of what C calls an integer constant expression, or undefined after telling: an array's length, a width, an
 * index, an enumerator's value. gcc folds `const int n = 3;` in initializers, and refuses it here.
 */
export function integerConstant(
  node: SyntaxNode,
  context: EvalContext,
): { readonly value: bigint; readonly type: IntType } | undefined {
  const variable = node.names ? variableIn(node, context) : undefined
  if (variable)
    return report(context, variable, 'not-constant', `"${variable.text}" is a variable, not a constant expression`)
  return evaluateInt(node, context)
}

/** What is measured is not read. */
const MEASURED: ReadonlySet<string> = new Set(['sizeof_expression', 'alignof_expression', 'type_descriptor'])

function variableIn(node: SyntaxNode, context: EvalContext): SyntaxNode | undefined {
  if (MEASURED.has(node.type)) return undefined
  if (node.type === 'identifier') return isConstantObject(node.text, context) ? node : undefined
  for (const each of node.children) {
    const found = variableIn(each, context)
    if (found) return found
  }
  return undefined
}

const isConstantObject = (name: string, { scope: { objects, constants } }: EvalContext): boolean =>
  !constants.has(name) && objects.get(name)?.constant === true && objects.get(name)?.value?.kind === 'int'
