import { memoizeFinal } from '../../text/memo.ts'
import { child, type SyntaxNode } from '../parse/grammar.ts'
import { notLinked, operate, truth } from './arithmetic.ts'
import { builtinCall, quietly } from './builtin.ts'
import { genericOperand } from './generic.ts'
import { commonType, convert, isInt, promote } from './integer.ts'
import { character, noLongDouble, number } from './numeric-constant.ts'
import { warnOfParentheses } from './parentheses.ts'
import { commonFloat, integerFrom, isFloat, isReal, realConstant, realLiteral, toReal } from './real.ts'
import { type Constant, didYouMean, type EvalContext, isFailedMacro, report, usableNames } from './scope.ts'
import { checkString, stringOf, stringType } from './string-literal.ts'
import {
  alignOf,
  type CType,
  findMember,
  INT,
  type IntType,
  isUndefined,
  LONG_DOUBLE,
  pointerTo,
  sizeOf,
  typeName,
  ULONG,
  VOID,
} from './types.ts'

/**
 * The value of a constant expression, or undefined after reporting why it has none. Chunks of equal text share their
 * nodes, so what has no name in it and no problem is computed once.
 */
export const evaluate: (node: SyntaxNode, context: EvalContext) => Constant | undefined = memoizeFinal(
  (node: SyntaxNode, context: EvalContext) => {
    const problems = context.scope.problems.length
    const result = compute(node, context)
    return { result, isFinal: result !== undefined && !node.names && problems === context.scope.problems.length }
  },
)

function compute(node: SyntaxNode, context: EvalContext): Constant | undefined {
  if (node.broken) return report(context, node, 'syntax', 'incomplete expression')
  switch (node.type) {
    case 'number_literal':
      return number(node, context)
    case 'char_literal':
      return character(node, context)
    case 'parenthesized_expression':
      return node.children[0] && evaluate(node.children[0], context)
    case 'unary_expression':
      return unary(node, context)
    case 'binary_expression':
      return binary(node, context)
    case 'conditional_expression':
      return conditional(node, context)
    case 'cast_expression':
      return cast(node, context)
    case 'sizeof_expression':
    case 'alignof_expression':
      return measure(node, context)
    case 'call_expression':
      return builtinCall(node, context, { evaluate, operandType })
    case 'generic_expression':
      return genericOperand(node, context, typeOf, evaluate)
    case 'identifier':
    case 'true':
    case 'false':
    case 'null':
      return named(node, context)
    default:
      return addressed(node, context)
  }
}

/** An integer value, or undefined after telling. */
export function evaluateInt(node: SyntaxNode, context: EvalContext): { value: bigint; type: IntType } | undefined {
  const constant = evaluate(node, context)
  if (!constant) return undefined
  const { type, value, base } = constant
  if (type.kind === 'int' && base === undefined) return { type, value }
  return report(context, node, 'not-constant', 'not an integer constant')
}

function named(node: SyntaxNode, context: EvalContext): Constant | undefined {
  const { constants, objects, typedefs } = context.scope
  const constant = constants.get(node.text)
  if (constant) return constant
  const object = objects.get(node.text)
  if (object?.constant && object.value?.kind === 'int') return object.value
  if (object) return addressed(node, context)
  if (isFailedMacro(node, context)) return undefined
  const message = typedefs.has(node.text) ? `${node.text} is a type` : `${node.text} is not declared`
  return report(context, node, 'undeclared', message, didYouMean(context, node, usableNames(context.scope)))
}

function unary(node: SyntaxNode, context: EvalContext): Constant | undefined {
  const [operator, operand] = [child(node, 'operator')?.text, child(node, 'argument')]
  const inner = operand && evaluate(operand, context)
  if (!inner) return undefined
  if (operator === '!') return { type: INT, value: truth(inner) ? 0n : 1n }
  if (isReal(inner) && (operator === '-' || operator === '+'))
    return operator === '-' ? realConstant(-inner.real, inner.type) : inner
  if (inner.type.kind !== 'int' || inner.base !== undefined)
    return report(context, node, 'not-constant', 'not a constant')
  const type = promote(inner.type)
  const value = convert(inner.value, type)
  if (operator === '-') return { type, value: convert(-value, type) }
  if (operator === '~') return { type, value: convert(~value, type) }
  return { type, value }
}

/** Goes down the left operands in a loop: a sum of thousands is that deep. */
function binary(node: SyntaxNode, context: EvalContext): Constant | undefined {
  const spine: SyntaxNode[] = []
  let leftmost = node
  while (leftmost.type === 'binary_expression' && !leftmost.broken) {
    spine.push(leftmost)
    const left = child(leftmost, 'left')
    if (!left) return undefined
    leftmost = left
  }
  let value = evaluate(leftmost, context)
  for (const step of spine.reverse()) value = combine(step, value, context)
  return value
}

function combine(node: SyntaxNode, left: Constant | undefined, context: EvalContext): Constant | undefined {
  const [operator, operand] = [child(node, 'operator')?.text ?? '', child(node, 'right')]
  if (!operand) return undefined
  warnOfParentheses(node, context)
  if (left && (operator === '&&' || operator === '||')) return logical(operator, left, operand, context)
  const right = evaluate(operand, context)
  return left && right && operate(node, operator, left, right, context)
}

function logical(operator: string, left: Constant, operand: SyntaxNode, context: EvalContext): Constant | undefined {
  if (truth(left) === (operator === '||')) return { type: INT, value: operator === '||' ? 1n : 0n }
  const right = evaluate(operand, context)
  return right && { type: INT, value: truth(right) ? 1n : 0n }
}

function conditional(node: SyntaxNode, context: EvalContext): Constant | undefined {
  const [condition, then, otherwise] = [
    child(node, 'condition'),
    child(node, 'consequence'),
    child(node, 'alternative'),
  ]
  const test = condition && evaluate(condition, context)
  if (!test || !otherwise) return undefined
  const yes = truth(test)
  const chosen = yes ? (then ? evaluate(then, context) : test) : evaluate(otherwise, context)
  if (!chosen) return undefined
  const others = typeOf(yes ? otherwise : (then ?? condition), context)
  return others ? inCommonType(chosen, others) : chosen
}

/** The operand a condition chose, in the type that it has in common with the other one. */
function inCommonType(chosen: Constant, other: CType): Constant {
  const { type: own } = chosen
  if ((isFloat(own) && (isFloat(other) || isInt(other))) || (isFloat(other) && isInt(own)))
    return toReal(chosen, commonFloat(own, other))
  if (!isInt(own) || !isInt(other)) return chosen
  const type = commonType(own, other)
  return { ...chosen, type, value: convert(chosen.value, type) }
}

function cast(node: SyntaxNode, context: EvalContext): Constant | undefined {
  const [descriptor, operand] = [child(node, 'type'), child(node, 'value')]
  const type = descriptor && context.scope.typeNamed(descriptor, context)
  const inner = type && operand && evaluate(operand, context)
  if (!inner) return undefined
  if (isUndefined(type)) return report(context, node, 'declaration', `${typeName(type)} is incomplete here`)
  if (type.kind === 'int') {
    if (inner.base !== undefined) return type.size === 8 ? { ...inner, type } : notLinked(node, context)
    return { type, value: isReal(inner) ? integerFrom(inner.real, type) : convert(inner.value, type) }
  }
  if (type === LONG_DOUBLE) return noLongDouble(node, context)
  if (isFloat(type) && inner.base === undefined) return toReal(inner, type)
  if (type.kind === 'other' && type.to && !isReal(inner))
    return { ...inner, type, value: BigInt.asUintN(64, inner.value) }
  return report(context, node, 'not-constant', `cast to ${typeName(type)} is not an integer constant`)
}

/** `sizeof` and `_Alignof`, of a type or of an expression that is not evaluated. */
function measure(node: SyntaxNode, context: EvalContext): Constant | undefined {
  const type = operandType(node, context)
  if (!type) return undefined
  if (isBitField(child(node, 'value'), context))
    return report(context, node, 'declaration', 'a bit-field has no size of its own')
  if (isNamedUndefined(type, context)) return undefined
  if (incomplete(type)) return report(context, node, 'declaration', `${typeName(type)} is incomplete here`)
  return { type: ULONG, value: BigInt(node.type === 'sizeof_expression' ? sizeOf(type) : alignOf(type)) }
}

const isBitField = (operand: SyntaxNode | undefined, context: EvalContext): boolean =>
  operand?.type === 'parenthesized_expression'
    ? isBitField(operand.children[0], context)
    : operand?.type === 'field_expression' && memberOf(operand, quietly(context))?.bits !== undefined

/** The type that `sizeof` measures. */
export function operandType(node: SyntaxNode, context: EvalContext): CType | undefined {
  const [descriptor, operand] = [child(node, 'type'), child(node, 'value')]
  return descriptor ? context.scope.typeNamed(descriptor, context) : operand && typeOf(operand, context)
}

const isNamedUndefined = (type: CType, context: EvalContext): boolean =>
  type.kind === 'array'
    ? isNamedUndefined(type.element, context)
    : isUndefined(type) && context.scope.undefinedTypes.has(typeName(type))

const incomplete = (type: CType): boolean =>
  type.kind === 'array' ? type.length === undefined || incomplete(type.element) : isUndefined(type)

/** The type of an expression without evaluating it, or undefined after telling. */
export function typeOf(node: SyntaxNode, context: EvalContext): CType | undefined {
  switch (node.type) {
    case 'parenthesized_expression':
      return node.children[0] && typeOf(node.children[0], context)
    case 'identifier': {
      const { objects, typedefs } = context.scope
      return objects.get(node.text)?.type ?? typedefs.get(node.text) ?? named(node, context)?.type
    }
    case 'field_expression':
      return memberOf(node, context)?.type
    case 'subscript_expression': {
      const argument = child(node, 'argument')
      return argument && typedefArray(node, argument, context)
    }
    case 'pointer_expression': {
      const inner = typeOf(child(node, 'argument')!, context)
      return inner && (child(node, 'operator')?.text === '&' ? pointerTo(inner) : pointee(inner))
    }
    case 'compound_literal_expression':
      return context.scope.typeOfLiteral(node, context)
    case 'cast_expression':
      return context.scope.typeNamed(child(node, 'type')!, context)
    case 'string_literal':
    case 'concatenated_string':
      return stringType(node)
    case 'sizeof_expression':
    case 'alignof_expression':
      return ULONG
    case 'number_literal':
      return realLiteral(node.text)?.type ?? evaluate(node, context)?.type
    case 'conditional_expression':
      return conditionalType(node, context)
    case 'binary_expression':
      return binaryType(node, context)
    case 'generic_expression':
      return genericOperand(node, context, typeOf, typeOf)
    default:
      return evaluate(node, context)?.type
  }
}

/** The type of what an operator makes, be its operands constant or not: nothing divides by zero in what is not evaluated. */
function binaryType(node: SyntaxNode, context: EvalContext): CType | undefined {
  const [operator, left, right] = [child(node, 'operator')?.text ?? '', child(node, 'left'), child(node, 'right')]
  if (!ARITHMETIC.has(operator) || !left || !right) return evaluate(node, context)?.type
  const [a, b] = [typeOf(left, context), typeOf(right, context)]
  if (!a || !b) return undefined
  if (isFloat(a) || isFloat(b)) return commonFloat(a, b)
  if (!isInt(a) || !isInt(b)) return evaluate(node, context)?.type
  return SHIFTS.has(operator) ? promote(a) : commonType(a, b)
}

const SHIFTS: ReadonlySet<string> = new Set(['<<', '>>'])
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '&', '|', '^', ...SHIFTS])

/** A null pointer takes the type of the other operand, `void *` lends its own. */
function conditionalType(node: SyntaxNode, context: EvalContext): CType | undefined {
  const [then, otherwise] = [child(node, 'consequence') ?? child(node, 'condition'), child(node, 'alternative')]
  const [left, right] = [then && typeOf(then, context), otherwise && typeOf(otherwise, context)]
  if (!then || !otherwise || !left || !right) return undefined
  if (isFloat(left) || isFloat(right)) return commonFloat(left, right)
  if (isInt(left) && isInt(right)) return commonType(left, right)
  if (isNullPointer(then, context)) return right
  return !isNullPointer(otherwise, context) && pointee(right) === VOID ? right : left
}

function isNullPointer(node: SyntaxNode, context: EvalContext): boolean {
  const constant = evaluate(node, quietly(context))
  if (!constant || constant.base !== undefined || isReal(constant) || constant.value !== 0n) return false
  return isInt(constant.type) || pointee(constant.type) === VOID
}

/** `T[3]` in parentheses reads like a subscript as long as nobody knows that T is a type. */
function typedefArray(node: SyntaxNode, argument: SyntaxNode, context: EvalContext): CType | undefined {
  const isType = argument.type === 'identifier' && context.scope.typedefs.has(argument.text)
  const outer = typeOf(argument, context)
  if (!outer || !isType) return outer && pointee(outer)
  const index = child(node, 'index')
  const length = index && evaluateInt(index, context)
  return length && { kind: 'array', element: outer, length: Number(length.value) }
}

const pointee = (type: CType): CType | undefined =>
  type.kind === 'array' ? type.element : type.kind === 'other' ? type.to : undefined

function memberOf(node: SyntaxNode, context: EvalContext): ReturnType<typeof findMember> {
  const [argument, field] = [child(node, 'argument'), child(node, 'field')]
  const outer = argument && typeOf(argument, context)
  const type = child(node, 'operator')?.text === '->' ? outer && pointee(outer) : outer
  if (!type || !field) return undefined
  const struct = context.scope.tags.get(typeName(type)) ?? type
  if (struct.kind !== 'struct' && struct.kind !== 'union')
    return report(context, field, 'unknown-field', `${typeName(type)} has no members`)
  const member = findMember(struct, field.text)
  if (member) return member
  const names = struct.members.flatMap(({ name }) => name ?? [])
  return report(
    context,
    field,
    'unknown-field',
    `${typeName(struct)} has no member "${field.text}"`,
    didYouMean(context, field, names),
  )
}

/** Something with an address: so many bytes from what `base` names, or from 0. */
interface Located {
  readonly type: CType
  readonly offset: bigint
  readonly base?: string
}

/** Of an object in memory C knows the address alone; an array is its first element's. */
function addressed(node: SyntaxNode, context: EvalContext): Constant | undefined {
  if (node.type === 'pointer_expression' && child(node, 'operator')?.text === '&') {
    const target = objectAt(child(node, 'argument')!, context)
    return target && { ...based(target), type: pointerTo(target.type) }
  }
  const letter = letterOf(node, context)
  if (letter) return letter
  const place = objectAt(node, context)
  if (!place) return undefined
  if (place.type.kind === 'array') return { ...based(place), type: pointerTo(place.type.element) }
  if (place.type.kind === 'other' && place.type.size === 0) return { ...based(place), type: pointerTo(place.type) }
  return report(context, node, 'not-constant', 'value read from memory is not constant')
}

const based = ({ offset, base }: Located): { value: bigint; base?: string } =>
  base === undefined ? { value: offset } : { value: offset, base }

/** `"abc"[1]` is constant for gcc. */
function letterOf(node: SyntaxNode, context: EvalContext): Constant | undefined {
  const [argument, index] = [child(node, 'argument'), child(node, 'index')]
  const text = node.type === 'subscript_expression' && argument ? stringOf(argument) : undefined
  const position = text && index && evaluateInt(index, context)
  if (!position) return undefined
  return { type: text.type, value: convert(BigInt(text.units[Number(position.value)] ?? 0), text.type) }
}

function objectAt(node: SyntaxNode, context: EvalContext): Located | undefined {
  const argument = child(node, 'argument')
  switch (node.type) {
    case 'parenthesized_expression':
      return node.children[0] && objectAt(node.children[0], context)
    case 'identifier': {
      const object = context.scope.objects.get(node.text)
      return object
        ? { type: object.type, offset: 0n, base: node.text }
        : named(node, context) && notConstant(node, context)
    }
    case 'string_literal':
    case 'concatenated_string':
      checkString(node, context)
      return { type: stringType(node)!, offset: 0n, base: node.text }
    case 'compound_literal_expression':
      return report(context, node, 'declaration', 'the address of a compound literal is not supported')
    case 'field_expression':
      return argument && memberAt(node, argument, context)
    case 'subscript_expression':
      return argument && elementAt(node, argument, context)
    case 'pointer_expression': {
      const pointer = argument && evaluate(argument, context)
      const type = pointer && pointee(pointer.type)
      return pointer && type && located(type, pointer.value, pointer.base)
    }
    default:
      return notConstant(node, context)
  }
}

const notConstant = (node: SyntaxNode, context: EvalContext): undefined =>
  report(context, node, 'not-constant', 'not a constant')

const located = (type: CType, offset: bigint, base: string | undefined): Located =>
  base === undefined ? { type, offset } : { type, offset, base }

function memberAt(node: SyntaxNode, argument: SyntaxNode, context: EvalContext): Located | undefined {
  const member = memberOf(node, context)
  if (!member) return undefined
  if (child(node, 'operator')?.text === '.') {
    const outer = objectAt(argument, context)
    return outer && located(member.type, outer.offset + BigInt(member.offset), outer.base)
  }
  const pointer = evaluate(argument, context)
  return pointer && located(member.type, pointer.value + BigInt(member.offset), pointer.base)
}

function elementAt(node: SyntaxNode, argument: SyntaxNode, context: EvalContext): Located | undefined {
  const index = child(node, 'index')
  const [pointer, position] = [evaluate(argument, context), index && evaluateInt(index, context)]
  const type = pointer && pointee(pointer.type)
  if (!type || !position) return undefined
  return located(type, pointer.value + position.value * BigInt(sizeOf(type)), pointer.base)
}
