import { type CType, INT, INT128, type IntType, LLONG, LONG, UINT, UINT128, ULLONG, ULONG } from './types.ts'

/** C's rules for integers: promotions, common types, and what a value becomes in a type. */

/** The value as the type stores it: modulo 2^width, sign included. */
export function convert(value: bigint, type: IntType, width = type.size * 8): bigint {
  if (type.name === '_Bool') return value === 0n ? 0n : 1n
  return type.signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value)
}

export const fits = (value: bigint, type: IntType, width = type.size * 8): boolean =>
  type.name === '_Bool' ? value === 0n || value === 1n : convert(value, type, width) === value

/** What an operand becomes before arithmetic: anything narrower than `int` is an `int`. */
export const promote = (type: IntType): IntType => (type.size < 4 ? INT : plain(type))

/** The usual arithmetic conversions of two integer operands. */
export function commonType(left: IntType, right: IntType): IntType {
  const [a, b] = [promote(left), promote(right)]
  if (a.signed === b.signed) return rank(a) < rank(b) ? b : a
  const [unsigned, signed] = a.signed ? [b, a] : [a, b]
  if (rank(signed) <= rank(unsigned)) return unsigned
  return unsigned.size < signed.size ? signed : unsignedOf(signed)
}

const RANKS: readonly string[] = [INT.name, LONG.name, LLONG.name, INT128.name]
const rank = (type: IntType): number => RANKS.indexOf(type.name.replace('unsigned ', ''))

const UNSIGNED: ReadonlyMap<string, IntType> = new Map(
  [INT, LONG, LLONG, INT128].map((type, i) => [type.name, [UINT, ULONG, ULLONG, UINT128][i]!]),
)
export const unsignedOf = (type: IntType): IntType => UNSIGNED.get(type.name) ?? type

/** The type under an enumeration's or typedef's name: one that has a rank. */
function plain(type: IntType): IntType {
  if (0 <= rank(type)) return type
  const bySize = type.size === 4 ? [INT, UINT] : type.size === 8 ? [LONG, ULONG] : [INT128, UINT128]
  return bySize[type.signed ? 0 : 1] ?? type
}

export const isInt = (type: CType): type is IntType => type.kind === 'int'
