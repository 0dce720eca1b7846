import { convert } from './integer.ts'
import { CHAR, INT, type IntType, UCHAR, UINT, USHORT } from './types.ts'

/** The elements of a string or character constant and what each is stored in. */
export interface Characters {
  readonly units: readonly bigint[]
  readonly type: IntType
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27, E: 27 }
const PREFIXES: Readonly<Record<string, IntType>> = { '': CHAR, u8: CHAR, L: INT, u: USHORT, U: UINT }
const PART = /\\(?:x[0-9a-fA-F]*|[0-7]{1,3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])|[^\\]/gu

/** The quoted text of one literal, prefix included. Characters are UTF-8 in a narrow one, as gcc stores them. */
export function characters(literal: string): Characters | undefined {
  const [, prefix = '', , body] = /^(u8|[uUL])?(["'])([\s\S]*)\2$/.exec(literal) ?? []
  const type = PREFIXES[prefix]
  if (body === undefined || !type) return undefined
  return { units: [...body.matchAll(PART)].flatMap(([part]) => encode(part, type)), type }
}

function encode(part: string, type: IntType): readonly bigint[] {
  if (part[0] !== '\\' || part.length === 1) return encodePoint(part.codePointAt(0) ?? 0, type)
  const kind = part[1] ?? ''
  if (kind === 'x') return [convert(BigInt(`0x${part.slice(2) || '0'}`), type)]
  if (/[0-7]/.test(kind)) return [convert(BigInt(`0o${part.slice(1)}`), type)]
  if (/[uU]/.test(kind) && 2 < part.length) return encodePoint(Number.parseInt(part.slice(2), 16), type)
  return [BigInt(ESCAPES[kind] ?? kind.codePointAt(0) ?? 0)]
}

function encodePoint(point: number, type: IntType): readonly bigint[] {
  if (type.size === 4) return [BigInt(point)]
  if (type.size === 2) return utf16(point)
  const bytes = new TextEncoder().encode(String.fromCodePoint(point <= 0x10ffff ? point : 0xfffd))
  return [...bytes].map(byte => convert(BigInt(byte), type))
}

function utf16(point: number): readonly bigint[] {
  const text = String.fromCodePoint(point <= 0x10ffff ? point : 0xfffd)
  return Array.from({ length: text.length }, (_, i) => BigInt(text.charCodeAt(i)))
}

/** The value of a character constant; several characters are gcc's: each shifts the ones before up by 8 bits. */
export function characterValue(literal: string): { value: bigint; type: IntType } | undefined {
  const chars = characters(literal)
  const last = chars?.units.at(-1)
  if (!chars || last === undefined) return undefined
  if (chars.type !== CHAR || chars.units.length === 1)
    return { value: last, type: chars.type === CHAR ? INT : chars.type }
  const value = chars.units.reduce((sum, unit) => (sum << 8n) | convert(unit, UCHAR), 0n)
  return { value: convert(value, INT), type: INT }
}
