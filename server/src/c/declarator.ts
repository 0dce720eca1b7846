import type { Origin } from '../text/origin.ts'
import { evaluateInt } from './expression.ts'
import { child, ofType, type SyntaxNode } from './grammar.ts'
import { type Attributes, NO_ATTRIBUTES } from './layout.ts'
import { placeOf, type Reading, tell } from './scope.ts'
import { type CType, type OtherType, pointerTo } from './types.ts'

/** What a declarator declares, under the name it has. */
export interface Declared {
  readonly name: string | undefined
  readonly nameAt: Origin
  readonly type: CType
  readonly attributes: Attributes
}

const FUNCTION: OtherType = { kind: 'other', name: 'function', size: 0 }

/** Reads a declarator from the outside in, wrapping the type of the specifiers as it goes. */
export function declare(node: SyntaxNode, base: CType, at: Reading, attributes = NO_ATTRIBUTES): Declared {
  const inner = child(node, 'declarator') ?? node.children.find(each => each.type.endsWith('_declarator'))
  const own = attributesOf(node, at, attributes)
  const type = wrap(node, base, at)
  if (inner) return declare(inner, type, at, own)
  const name = /identifier$/.test(node.type) && node.text !== '' ? node.text : undefined
  return { name, nameAt: placeOf(at, node), type, attributes: own }
}

function wrap(node: SyntaxNode, type: CType, at: Reading): CType {
  if (/pointer_declarator$/.test(node.type)) return pointerTo(type)
  if (/function_declarator$/.test(node.type)) return FUNCTION
  if (!/array_declarator$/.test(node.type)) return type
  const size = child(node, 'size')
  if (!size) return { kind: 'array', element: type, length: undefined }
  return { kind: 'array', element: type, length: lengthFrom(size, at), lengthAt: placeOf(at, size) }
}

/** Beyond this no array is a configuration's. */
const LONGEST = 1n << 40n

function lengthFrom(size: SyntaxNode, at: Reading): number | undefined {
  const length = evaluateInt(size, at)
  if (!length) return undefined
  if (0n <= length.value && length.value < LONGEST) return Number(length.value)
  return tell(at, size, 'declaration', `an array cannot have ${length.value} elements`)
}

/** `packed` and `aligned` of the attribute specifiers that are children of a node. */
export function attributesOf(node: SyntaxNode, at: Reading, outer: Attributes = NO_ATTRIBUTES): Attributes {
  return attributesIn(ofType(node, 'attribute_specifier'), at, outer)
}

export function attributesIn(specifiers: readonly SyntaxNode[], at: Reading, outer = NO_ATTRIBUTES): Attributes {
  let { packed, aligned } = outer
  for (const specifier of specifiers) {
    if (specifier.type === 'alignas_qualifier') aligned = Math.max(aligned ?? 1, alignment(specifier.children[0], at))
    else
      for (const attribute of specifier.children.flatMap(list => list.children)) {
        const name = (child(attribute, 'function') ?? attribute).text.replace(/^__|__$/g, '')
        if (name === 'packed') packed = true
        if (name === 'aligned')
          aligned = Math.max(aligned ?? 1, alignment(child(attribute, 'arguments')?.children[0], at))
      }
  }
  return packed === outer.packed && aligned === outer.aligned ? outer : { packed, aligned }
}

/** gcc's `aligned` without a number is the largest the machine has a use for. */
const LARGEST = 16

function alignment(argument: SyntaxNode | undefined, at: Reading): number {
  const value = argument ? evaluateInt(argument, at)?.value : BigInt(LARGEST)
  if (value === undefined) return 1
  if (0n < value && (value & (value - 1n)) === 0n && value <= 1n << 28n) return Number(value)
  if (argument) tell(at, argument, 'declaration', `an alignment of ${value} is not a power of two`)
  return 1
}
