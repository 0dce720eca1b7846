/**
 * What gcc warns of in a string or character constant; the build of a tree makes it an error. `size` in bytes is that of
 * its characters.
 */
export function escapeFault(literal: string, size: number): string | undefined {
  for (const [sequence, hexadecimal, octal, other] of literal.matchAll(ESCAPES)) {
    const limit = 1n << BigInt(size * 8)
    const value = hexadecimal ? BigInt(`0x${hexadecimal}`) : octal ? BigInt(`0o${octal}`) : 0n
    if (limit <= value) return `escape sequence ${sequence} is out of range`
    if (other && !KNOWN.test(other)) return `unknown escape sequence ${sequence}`
  }
  return undefined
}

const ESCAPES = /\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|([\s\S]))/gu
const KNOWN = /^[abfnrtveEx'"?\\uUN%([{]$/
