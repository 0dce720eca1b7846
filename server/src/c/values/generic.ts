import type { SyntaxNode } from '../parse/grammar.ts'
import { quietly } from './builtin.ts'
import { type EvalContext, report } from './scope.ts'
import { areCompatible, type CType, pointerTo, typeName } from './types.ts'

interface Association {
  /** Undefined for `default`. */
  readonly type: CType | undefined
  readonly descriptor: SyntaxNode
  readonly operand: SyntaxNode
}

type AskOperand<Answer> = (node: SyntaxNode, context: EvalContext) => Answer | undefined

/** What is asked of a `_Generic`, of the operand that it stands for. */
export function genericOperand<Answer>(
  node: SyntaxNode,
  context: EvalContext,
  typeOf: AskOperand<CType>,
  ask: AskOperand<Answer>,
): Answer | undefined {
  const operand = chosenOperand(node, context, typeOf)
  return operand && ask(operand, context)
}

/** By the type of the first operand; undefined after telling. No other is evaluated. */
function chosenOperand(node: SyntaxNode, context: EvalContext, typeOf: AskOperand<CType>): SyntaxNode | undefined {
  const [control, ...rest] = node.children
  const own = control && typeOf(control, context)
  if (!control || !own) return undefined
  const type = own.kind === 'array' ? pointerTo(own.element) : own
  const associations = associationsOf(rest, context)
  if (!associations) return undefined
  const fitting = associations.filter(each => each.type && areCompatible(each.type, type) && !isQualifiedValue(each))
  // What is const behind a pointer is not kept: it could decide.
  if (isPointer(type) && [control, ...fitting.map(({ descriptor }) => descriptor)].some(hasQualifier))
    return report(context, node, 'not-constant', '_Generic over pointers to qualified types is not supported')
  const [first, second] = fitting
  if (second)
    return report(
      context,
      second.descriptor,
      'declaration',
      `_Generic names ${typeName(type)} twice: two types are compatible`,
    )
  const chosen = first ?? associations.find(each => !each.type)
  for (const { operand } of associations) if (operand !== chosen?.operand) reportUndeclared(operand, context, typeOf)
  return chosen?.operand ?? report(context, node, 'declaration', `_Generic has no association for ${typeName(type)}`)
}

/** What is not evaluated still has to be declared. */
function reportUndeclared(operand: SyntaxNode, context: EvalContext, typeOf: AskOperand<CType>): void {
  const quiet = quietly(context)
  typeOf(operand, quiet)
  context.scope.problems.push(...quiet.scope.problems.filter(({ kind }) => kind === 'undeclared'))
}

function associationsOf(nodes: readonly SyntaxNode[], context: EvalContext): readonly Association[] | undefined {
  const found: Association[] = []
  for (let i = 0; i + 1 < nodes.length; i += 2) {
    const [descriptor, operand] = [nodes[i]!, nodes[i + 1]!]
    const isDefault = descriptor.text === 'default'
    const type = isDefault ? undefined : context.scope.typeNamed(descriptor, context)
    if (!isDefault && !type) return undefined
    found.push({ type, descriptor, operand })
  }
  return found
}

const isPointer = (type: CType): boolean => type.kind === 'other' && type.to !== undefined

/** The first operand is a value, and no value is of a type that is itself qualified. */
const isQualifiedValue = ({ type, descriptor }: Association): boolean =>
  type !== undefined && !isPointer(type) && hasQualifier(descriptor)

const hasQualifier = (node: SyntaxNode): boolean => node.type === 'type_qualifier' || node.children.some(hasQualifier)
