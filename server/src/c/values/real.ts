import { byWord } from '../../text/by-word.ts'
import { convert } from './integer.ts'
import type { Constant } from './scope.ts'
import { type CType, DOUBLE, FLOAT, INT, type IntType, LONG_DOUBLE, type OtherType } from './types.ts'

/** Floating-point constants of the types `float` and `double`, as gcc folds them. */
export interface RealConstant extends Constant {
  readonly type: OtherType
  readonly real: number
}

export const isReal = (constant: Constant): constant is RealConstant => constant.real !== undefined

export const isFloat = (type: CType): type is OtherType => type.kind === 'other' && type.float === true

export const realConstant = (real: number, type: OtherType): RealConstant => ({
  type,
  value: 0n,
  real: type === FLOAT ? Math.fround(real) : real,
})

const DECIMAL = /^((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)([fFlL]?)$/
const HEXADECIMAL = /^0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([-+]?\d+)([fFlL]?)$/
const MAX_DIGITS = 1000

/** The type a floating constant is spelled with, and its value; undefined for what is none. */
export function realLiteral(text: string): RealConstant | undefined {
  if (MAX_DIGITS < text.length) return undefined
  const decimal = /[.eE]/.test(text) ? DECIMAL.exec(text) : null
  if (decimal) return realConstant(Number(decimal[1]), typeOfSuffix(decimal[2]))
  const [, whole = '', fraction = '', exponent, suffix] = HEXADECIMAL.exec(text) ?? []
  if (exponent === undefined || whole + fraction === '') return undefined
  const scale = Number(exponent) - 4 * fraction.length
  return realConstant(Number(BigInt(`0x${whole}${fraction}`)) * 2 ** scale, typeOfSuffix(suffix))
}

const typeOfSuffix = (suffix = ''): OtherType => (/f/i.test(suffix) ? FLOAT : /l/i.test(suffix) ? LONG_DOUBLE : DOUBLE)

/** The common type of two operands of which one is floating. */
export function commonFloat(left: CType, right: CType): OtherType {
  if (left === LONG_DOUBLE || right === LONG_DOUBLE) return LONG_DOUBLE
  return left === DOUBLE || right === DOUBLE ? DOUBLE : FLOAT
}

/** A constant of any arithmetic type as one of a floating type. */
export const toReal = (constant: Constant, type: OtherType): RealConstant =>
  realConstant(constant.real ?? (type === FLOAT ? rounded(constant.value) : Number(constant.value)), type)

/** Near enough that rounding it once more is rounding once: the bits a double has no room for count as one. */
function rounded(value: bigint): number {
  const magnitude = value < 0n ? -value : value
  const excess = BigInt(Math.max(0, magnitude.toString(2).length - 52))
  const kept = magnitude >> excess
  const sticky = kept << excess === magnitude ? kept : kept | 1n
  return Number(sticky << excess) * (value < 0n ? -1 : 1)
}

/** What an integer type stores of a floating value: its whole part, or the limit that is nearest. */
export function integerFrom(real: number, type: IntType, width = type.size * 8): bigint {
  if (type.name === '_Bool') return real === 0 ? 0n : 1n
  if (Number.isNaN(real)) return 0n
  const [least, most] = type.signed
    ? [-(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n]
    : [0n, (1n << BigInt(width)) - 1n]
  if (real === Number.POSITIVE_INFINITY || real === Number.NEGATIVE_INFINITY) return real < 0 ? least : most
  const whole = BigInt(Math.trunc(real))
  return convert(whole < least ? least : most < whole ? most : whole, type, width)
}

/** The bytes of a floating value as one little-endian number. */
export function bitsOfReal(real: number, type: OtherType): bigint {
  const view = new DataView(new ArrayBuffer(8))
  if (type !== FLOAT) view.setFloat64(0, real)
  else view.setFloat32(4, real)
  return view.getBigUint64(0)
}

/** The value of `left operator right` in a floating type; undefined for operators that take integers alone. */
export function realOperation(operator: string, left: number, right: number, type: OtherType): Constant | undefined {
  const compared = COMPARISONS[operator]?.(left, right)
  if (compared !== undefined) return { type: INT, value: compared ? 1n : 0n }
  const result = OPERATIONS[operator]?.(left, right)
  return result === undefined ? undefined : realConstant(result, type)
}

const COMPARISONS = byWord<(a: number, b: number) => boolean>({
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
})

const OPERATIONS = byWord<(a: number, b: number) => number>({
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
})
