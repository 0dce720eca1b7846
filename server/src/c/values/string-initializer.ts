import { memoize } from '../../text/memo.ts'
import type { SyntaxNode } from '../parse/grammar.ts'
import type { Element } from './elements.ts'
import { clear, type InitializerCell, sharedScalar } from './initializer-cell.ts'
import { convert, isInt } from './integer.ts'
import { originOf, report } from './scope.ts'
import { checkString, stringOf } from './string-literal.ts'
import { type ArrayType, areCompatible, type CType, type IntType, typeName } from './types.ts'

export const isCharacters = (type: CType): type is ArrayType & { element: IntType } =>
  type.kind === 'array' && isInt(type.element)

/** Whether a string of characters of one type initialises an array of another: `char` in all its forms is one for that. */
export const takesCharacters = (element: IntType, characters: IntType): boolean =>
  characters.size === 1 ? NARROW.has(element.name) : areCompatible(element, characters)

const NARROW: ReadonlySet<string> = new Set(['char', 'signed char', 'unsigned char'])

/** A string literal initialises an array of its own character type; longer ones are cut. */
export function writeString(cell: InitializerCell, expression: SyntaxNode, element: Element): boolean {
  const { type } = cell
  const text = isCharacters(type) ? stringOf(expression) : undefined
  if (!isCharacters(type) || !text || !takesCharacters(type.element, text.type)) return false
  checkString(expression, element.context)
  const length = type.length ?? text.units.length + 1
  if (length < text.units.length)
    report(
      element.context,
      element,
      'string-truncated',
      `string of ${text.units.length} characters does not fit ${typeName(type)}`,
      { severity: 'warning' },
    )
  const origin = originOf(element.context, element)
  clear(cell)
  const letters = lettersOf(type.element)
  const letter = (unit: number) => letters[unit] ?? letterCell(unit, type.element)
  cell.parts = text.units.slice(0, length).map(letter)
  if (cell.parts.length < length) cell.parts.push(letter(0))
  cell.origin = origin
  cell.text = decode(text.units.slice(0, length), text.type.size)
  return true
}

/** Those of one byte, which all strings share. */
const lettersOf = memoize((type: IntType): readonly InitializerCell[] =>
  Array.from({ length: 256 }, (_, unit) => letterCell(unit, type)),
)

const letterCell = (unit: number, type: IntType): InitializerCell =>
  sharedScalar({ kind: 'int', type, value: convert(BigInt(unit), type) })

function decode(units: readonly number[], size: number): string {
  if (size === 1) return new TextDecoder().decode(Uint8Array.from(units))
  return units.map(unit => String.fromCodePoint(unit <= 0x10ffff ? unit : 0xfffd)).join('')
}
