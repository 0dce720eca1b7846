import { textOfUnits } from '../../text/encoding.ts'
import type { Origin } from '../../text/origin.ts'
import { child, ofType, type SyntaxNode } from '../parse/grammar.ts'
import { integerConstant } from './constant-expression.ts'
import { evaluateInt } from './expression.ts'
import { type Attributes, NO_ATTRIBUTES } from './layout.ts'
import { type EvalContext, originOf, report } from './scope.ts'
import { stringOf } from './string-literal.ts'
import { alignOf, type CType, INT, nestingOf, type OtherType, pointerTo, sizeOf, typeName } from './types.ts'

/** What a declarator declares, under the name it has. */
export interface Declared {
  readonly name: string | undefined
  readonly nameAt: Origin
  readonly type: CType
  readonly attributes: Attributes
}

const FUNCTION: OtherType = { kind: 'other', name: 'function', size: 0 }

/** What a declarator makes of the type of the specifiers; of one that is nested too deeply, `int`. */
export function declare(node: SyntaxNode, base: CType, context: EvalContext, attributes = NO_ATTRIBUTES): Declared {
  const declared = unwrapped(node, base, context, attributes)
  return { ...declared, type: shallow(declared.type, node, context) }
}

/** Every type that outlasts its declaration passes here, so that whatever follows types down may recurse. */
export function shallow(type: CType, node: SyntaxNode, context: EvalContext): CType {
  if (nestingOf(type) <= MAX_TYPE_NESTING) return type
  report(context, node, 'declaration', `types are nested more than ${MAX_TYPE_NESTING} deep; int stands in`)
  return INT
}

/** Structs, arrays and pointers in each other. */
const MAX_TYPE_NESTING = 200

/** Reads a declarator from the outside in, wrapping the type of the specifiers as it goes. */
function unwrapped(node: SyntaxNode, base: CType, context: EvalContext, attributes: Attributes): Declared {
  const inner = child(node, 'declarator') ?? node.children.find(each => each.type.endsWith('_declarator'))
  const own = attributesOf(node, context, attributes)
  const type = wrap(node, base, context)
  if (inner) return unwrapped(inner, type, context, own)
  const name = /identifier$/.test(node.type) && node.text !== '' ? node.text : undefined
  return { name, nameAt: originOf(context, node), type, attributes: own }
}

function wrap(node: SyntaxNode, type: CType, context: EvalContext): CType {
  if (/pointer_declarator$/.test(node.type)) return pointerTo(type)
  if (/function_declarator$/.test(node.type)) return FUNCTION
  if (!/array_declarator$/.test(node.type)) return type
  if (type.kind === 'array' && type.length === undefined && !type.lengthAt)
    report(context, node, 'declaration', `the elements ${typeName(type)} of an array need a length`)
  reportPadding(type, node, context)
  const size = child(node, 'size')
  if (!size) return { kind: 'array', element: type, length: undefined }
  return {
    kind: 'array',
    element: type,
    length: lengthFrom(node.type, size, context),
    lengthAt: originOf(context, size),
  }
}

/** Elements stand without gaps, so that each has the alignment of its type only where its size is a multiple of that. */
function reportPadding(element: CType, node: SyntaxNode, context: EvalContext): void {
  const [size, align] = [sizeOf(element), alignOf(element)]
  if (0 < size && size % align !== 0)
    report(
      context,
      node,
      'declaration',
      `elements of ${size} bytes cannot have the alignment ${align} of ${typeName(element)}`,
    )
}

/** Beyond this no array is a configuration's. */
const MAX_ARRAY_LENGTH = 1n << 40n

function lengthFrom(declaratorType: string, size: SyntaxNode, context: EvalContext): number | undefined {
  const length = /^abstract/.test(declaratorType) ? evaluateInt(size, context) : integerConstant(size, context)
  if (!length) return undefined
  if (0n <= length.value && length.value < MAX_ARRAY_LENGTH) return Number(length.value)
  return report(context, size, 'declaration', `array size ${length.value} is out of range`)
}

/** What the attribute specifiers that are children of a node say. */
export function attributesOf(node: SyntaxNode, context: EvalContext, outer: Attributes = NO_ATTRIBUTES): Attributes {
  return attributesIn(ofType(node, 'attribute_specifier'), context, outer)
}

export function attributesIn(
  specifiers: readonly SyntaxNode[],
  context: EvalContext,
  outer = NO_ATTRIBUTES,
): Attributes {
  let attributes = outer
  for (const specifier of specifiers)
    if (specifier.type === 'alignas_qualifier') attributes = withAlignment(attributes, specifier.children[0], context)
    else
      for (const attribute of specifier.children.flatMap(list => list.children))
        attributes = withAttribute(attributes, attribute, context)
  return attributes
}

function withAttribute(before: Attributes, attribute: SyntaxNode, context: EvalContext): Attributes {
  const name = (child(attribute, 'function') ?? attribute).text.replace(/^__|__$/g, '')
  const argument = child(attribute, 'arguments')?.children[0]
  if (name === 'packed') return { ...before, packed: true }
  if (name === 'aligned') return withAlignment(before, argument, context)
  if (name === 'section') return withSection(before, argument)
  if (UNSUPPORTED.test(name))
    report(context, attribute, 'declaration', `attribute "${name}" changes the bytes and is not supported`)
  return before
}

/** Attributes that give a type another size, order or layout. */
const UNSUPPORTED = /^(mode|vector_size|scalar_storage_order|ms_struct|transparent_union)$/

function withSection(before: Attributes, argument: SyntaxNode | undefined): Attributes {
  const section = argument && stringOf(argument)
  return section ? { ...before, section: textOfUnits(section.units) } : before
}

const withAlignment = (before: Attributes, argument: SyntaxNode | undefined, context: EvalContext): Attributes => ({
  ...before,
  aligned: Math.max(before.aligned ?? 1, alignment(argument, context)),
})

/** gcc's `aligned` without a number is the largest the machine has a use for. */
const DEFAULT_ALIGNMENT = 16

function alignment(argument: SyntaxNode | undefined, context: EvalContext): number {
  const value = argument ? integerConstant(argument, context)?.value : BigInt(DEFAULT_ALIGNMENT)
  if (value === undefined) return 1
  if (0n < value && (value & (value - 1n)) === 0n && value <= 1n << 28n) return Number(value)
  if (argument) report(context, argument, 'declaration', `alignment ${value} is not a power of two`)
  return 1
}
