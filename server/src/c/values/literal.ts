import { byWord } from '../../text/by-word.ts'
import { convert, fits, unsignedOf } from './integer.ts'
import { CHAR, INT, INT128, type IntType, LLONG, LONG, UINT, ULLONG, USHORT } from './types.ts'

/** An integer constant. */
export interface Literal {
  readonly value: bigint
  readonly type: IntType
  /** It does not fit the widest type and was cut. */
  readonly cut?: boolean
}

const NUMBER = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)([uUlL]*)$/
/** The two letters of a `long long` are both small or both large. */
const SUFFIX = /^(?:[uU]?(?:l|L|ll|LL)?|(?:l|L|ll|LL)[uU])$/

/** Digits that no value of a configuration has; a number of a million would take BigInt a second. */
const MAX_DIGITS = 1000

/** The value of an integer constant; undefined when it is none. */
export function integerLiteral(text: string): Literal | undefined {
  const [, digits, suffix] = (text.length < MAX_DIGITS && NUMBER.exec(text)) || []
  if (digits === undefined || suffix === undefined || !SUFFIX.test(suffix)) return undefined
  const octal = /^0[0-9]/.test(digits)
  if (octal && /[89]/.test(digits)) return undefined
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits)
  const decimal = /^[1-9]/.test(digits)
  const type = candidates(suffix.toLowerCase(), decimal).find(each => fits(value, each))
  if (type) return { value, type }
  const widest = decimal && !/u/i.test(suffix) && fits(value, INT128) && BigInt.asUintN(64, value) === value
  return widest ? { value, type: INT128, cut: true } : { value: BigInt.asUintN(64, value), type: ULLONG, cut: true }
}

function candidates(suffix: string, decimal: boolean): readonly IntType[] {
  const long = suffix.replace('u', '').length
  const pairs = [INT, LONG, LLONG].slice(long).map(type => [type, unsignedOf(type)] as const)
  if (suffix.includes('u')) return pairs.map(([, unsigned]) => unsigned)
  return decimal ? pairs.map(([signed]) => signed) : pairs.flat()
}

/** Whether a string or character constant has a `\x` that nothing follows. */
export function lacksHexDigits(literal: string): boolean {
  for (let at = literal.indexOf('\\'); 0 <= at; at = literal.indexOf('\\', at + 2))
    if (literal[at + 1] === 'x' && !/[0-9a-fA-F]/.test(literal[at + 2] ?? '')) return true
  return false
}

/** The elements of a string or character constant, none negative, and what each is stored in. */
export interface Characters {
  readonly units: readonly number[]
  readonly type: IntType
}

const ESCAPES = byWord<number>({ n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27, E: 27 })
const PREFIXES = byWord<IntType>({ '': CHAR, u8: CHAR, L: INT, u: USHORT, U: UINT })
const ESCAPE = /\\(?:x[0-9a-fA-F]*|[0-7]{1,3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/uy

/** The quoted text of one literal, prefix included. Characters are UTF-8 in a narrow one, as gcc stores them. */
export function characters(literal: string): Characters | undefined {
  const open = literal.search(/["']/)
  const type = 0 <= open ? PREFIXES[literal.slice(0, open)] : undefined
  const close = literal.length - 1
  if (!type || close <= open || literal[close] !== literal[open]) return undefined
  const units: number[] = []
  for (let offset = open + 1; offset < close; ) {
    const code = literal.codePointAt(offset)!
    if (code === 92) {
      ESCAPE.lastIndex = offset
      const [sequence = '\\'] = ESCAPE.exec(literal) ?? []
      pushEscape(sequence, type, units)
      offset += sequence.length
    } else {
      pushPoint(code, type, units)
      offset += code > 0xffff ? 2 : 1
    }
  }
  return { units, type }
}

function pushEscape(sequence: string, type: IntType, units: number[]): void {
  const kind = sequence[1] ?? '\\'
  if (kind === 'x') units.push(cut(BigInt(`0x${sequence.slice(2) || '0'}`), type))
  else if (/[0-7]/.test(kind)) units.push(cut(BigInt(`0o${sequence.slice(1)}`), type))
  else if (/[uU]/.test(kind) && 2 < sequence.length) pushPoint(Number.parseInt(sequence.slice(2), 16), type, units)
  else units.push(ESCAPES[kind] ?? kind.codePointAt(0) ?? 0)
}

const cut = (value: bigint, { size }: IntType): number => Number(BigInt.asUintN(size * 8, value))

function pushPoint(point: number, type: IntType, units: number[]): void {
  if (type.size === 4 || point < 128) units.push(point)
  else for (const unit of encoded(String.fromCodePoint(point <= 0x10ffff ? point : 0xfffd), type)) units.push(unit)
}

const encoded = (text: string, { size }: IntType): Iterable<number> =>
  size === 1 ? new TextEncoder().encode(text) : Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))

/** The value of a character constant; several characters are gcc's: each shifts the ones before up by 8 bits. */
export function characterValue(literal: string): Literal | undefined {
  const chars = characters(literal)
  const last = chars?.units.at(-1)
  if (!chars || last === undefined) return undefined
  const { units, type } = chars
  if (type !== CHAR) return { value: convert(BigInt(last), type), type }
  if (units.length === 1) return { value: convert(BigInt(last), CHAR), type: INT }
  return { value: convert(BigInt(units.slice(-4).reduce((sum, unit) => (sum << 8) | unit, 0)), INT), type: INT }
}
