import type { SourceFile } from './source-file.ts'

/** How the bytes of a file spell its text. */
export interface Encoding {
  readonly name: 'utf-8' | 'latin1'
  /** A byte order mark stands in front. */
  readonly hasMark: boolean
}

export interface Decoded {
  readonly text: string
  readonly encoding: Encoding
}

/** A file with what its bytes spell. */
export function decodedFile(uri: string, bytes: Uint8Array): SourceFile {
  const { text, encoding } = decode(bytes)
  return encoding.name === 'latin1' ? { uri, text, isLatin1: true } : { uri, text }
}

const MARK = '\uFEFF'
const MARK_BYTES: readonly number[] = [0xef, 0xbb, 0xbf]

/** UTF-8 if the bytes are that, else one character a byte, so that nothing is lost when the text is written back. */
export function decode(bytes: Uint8Array): Decoded {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const hasMark = text.startsWith(MARK)
    return { text: hasMark ? text.slice(1) : text, encoding: { name: 'utf-8', hasMark } }
  } catch {
    const hasMark = MARK_BYTES.every((byte, i) => bytes[i] === byte)
    return { text: latin1(hasMark ? bytes.subarray(3) : bytes), encoding: { name: 'latin1', hasMark } }
  }
}

const CHUNK = 8192

/** Not TextDecoder's `latin1`, which is windows-1252 and moves some characters. */
function latin1(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let start = 0; start < bytes.length; start += CHUNK)
    parts.push(String.fromCharCode(...bytes.subarray(start, start + CHUNK)))
  return parts.join('')
}

/** The text of these UTF-16 units, however many. */
export const textOfUnits = (units: readonly number[]): string => units.map(unit => String.fromCharCode(unit)).join('')

/** The bytes of a text in the encoding its file had. Undefined when the encoding has no such character. */
export function encode(text: string, { name, hasMark }: Encoding): Uint8Array | undefined {
  if (name === 'utf-8') return new TextEncoder().encode(hasMark ? MARK + text : text)
  const codes = Array.from(text, character => character.codePointAt(0) ?? 0)
  return codes.some(code => 0xff < code) ? undefined : Uint8Array.from([...(hasMark ? MARK_BYTES : []), ...codes])
}
