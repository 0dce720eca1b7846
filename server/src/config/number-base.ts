import type { Origin } from '../text/origin.ts'
import { textOf } from '../text/source-file.ts'
import type { Located } from './model.ts'
import { originOf } from './written.ts'

/** Sizes and addresses as people write them in decimal are so many KiB. */
const DECIMAL_UNIT = 1024n

/** Sizes and addresses in hexadecimal end in zeros. */
const HEX_UNIT = 0x100n

/** A number whose spelling means another one than its author most likely does. */
export interface OddBase {
  readonly text: string
  readonly base: 'octal' | 'decimal'
  /** What the same digits are in hexadecimal. */
  readonly meant: string
}

/** Bits of a word, as a number that its author most likely meant to be binary: `1100`. */
export function oddBits(origin: Origin | undefined): string | undefined {
  if (!origin || origin.expandedAt) return undefined
  const text = textOf(origin.spelled)
  return /^[01]{2,64}$/.test(text) && 1n < BigInt(text) ? text : undefined
}

/** A field that is a lone number with a leading zero, or one in decimal that is round in hexadecimal only. */
export function oddBase(located: Located, field: string): OddBase | undefined {
  const origin = originOf(located, field)
  if (!origin || origin.expandedAt) return undefined
  const { file, start, end } = origin.spelled
  // Most numbers are hexadecimal, and need no text of their own to show it.
  if (file.text[start + 1] === 'x') return undefined
  const text = file.text.slice(start, end)
  if (!/^\d{2,16}$/.test(text)) return undefined
  const meant = `0x${text.replace(/^0+/, '')}`
  if (text.startsWith('0')) return /^0+$/.test(text) ? undefined : { text, base: 'octal', meant }
  return BigInt(text) % DECIMAL_UNIT !== 0n && BigInt(meant) % HEX_UNIT === 0n
    ? { text, base: 'decimal', meant }
    : undefined
}
