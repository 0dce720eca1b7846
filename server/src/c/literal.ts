/** An integer constant as written. `suffix` is in lower case. */
export interface IntegerLiteral {
  readonly value: bigint
  readonly isDecimal: boolean
  readonly isUnsigned: boolean
  /** How many `l` its suffix has. */
  readonly longs: 0 | 1 | 2
}

const integer = /^(0[xX][\da-fA-F]+|0[bB][01]+|0[0-7]*|[1-9]\d*)([uU]?(?:ll|LL|[lL])?|(?:ll|LL|[lL])[uU])$/

/** Reads a preprocessing number as an integer constant, gcc's binary ones included; undefined when it is none. */
export function integerLiteral(text: string): IntegerLiteral | undefined {
  const [, digits, suffix] = integer.exec(text) ?? []
  if (digits === undefined || suffix === undefined) return undefined
  const isOctal = /^0\d/.test(digits)
  return {
    value: BigInt(isOctal ? `0o${digits.slice(1)}` : digits),
    isDecimal: /^[1-9]/.test(digits),
    isUnsigned: /u/i.test(suffix),
    longs: /ll/i.test(suffix) ? 2 : /l/i.test(suffix) ? 1 : 0,
  }
}

const escapeSequence = /\\(?:x([\da-fA-F]+)|([0-7]{1,3})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))|[^]/gu
const simpleEscapes = new Map(Object.entries({ n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27, E: 27 }))
const utf8 = new TextEncoder()

/**
 * The value of a character constant, as gcc gives it: several characters are shifted into an int, and a lone one has the
 * sign of `char`. Undefined when there is nothing between the quotes.
 */
export function characterValue(text: string): bigint | undefined {
  const open = text.indexOf("'")
  const isWide = open > 0 && !text.startsWith('u8')
  const codes = [...text.slice(open + 1, -1).matchAll(escapeSequence)].flatMap(match => codesOf(match, isWide))
  if (codes.length === 0) return undefined
  if (isWide) return BigInt(codes.at(-1)!)
  const value = codes.reduce((all, code) => BigInt.asIntN(32, (all << 8n) | BigInt(code & 0xff)), 0n)
  return codes.length === 1 ? BigInt.asIntN(8, value) : value
}

/** The bytes, or (when wide) the code points, of one character or escape sequence. */
function codesOf([character, hex, octal, short, long, simple]: RegExpExecArray, isWide: boolean): readonly number[] {
  const digits = short ?? long
  const named =
    digits && Number.parseInt(digits, 16) < 0x110000 ? String.fromCodePoint(Number.parseInt(digits, 16)) : ''
  if (hex) return [Number.parseInt(hex.slice(-8), 16)]
  if (octal) return [Number.parseInt(octal, 8)]
  if (simple) return [simpleEscapes.get(simple) ?? simple.codePointAt(0)!]
  const plain = digits ? named : character
  return isWide ? [plain.codePointAt(0) ?? 0] : [...utf8.encode(plain)]
}
