import type { Range } from './range-set.ts'

/** How numbers, sizes, ranges and lists are written for people, and numbers in C. */

/** As a sentence begins. */
export const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** `0x8a0000000` */
export const hex = (value: bigint | number): string => `0x${value.toString(16)}`

/** `0e`: without a prefix, of at least `width` digits. */
export const hexDigits = (value: bigint | number, width = 1): string => value.toString(16).padStart(width, '0')

/** `1 region`, `3 regions` */
export const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`

/** `00:0e.0` */
export const bdf = (value: number): string =>
  `${hexDigits((value >> 8) & 0xff, 2)}:${hexDigits((value >> 3) & 0x1f, 2)}.${value & 7}`

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const

/** `1.5 GiB`; a size that no unit states exactly keeps two decimals. */
export function humanSize(size: bigint): string {
  let unit = 0
  let whole = size
  while (whole >= 1024n && unit < UNITS.length - 1) {
    whole /= 1024n
    unit++
  }
  const hundredths = (size * 100n) / 1024n ** BigInt(unit)
  const amount = unit ? String(Number(hundredths) / 100) : String(size)
  return `${amount} ${size === 1n ? 'byte' : UNITS[unit]}`
}

/** `[0x8a0000000, 0x900000000)` */
export const interval = ({ start, end }: Range): string => `[${hex(start)}, ${hex(end)})`

/** `[0x8a0000000, 0x900000000) 1.5 GiB` */
export const describeRange = (range: Range): string => `${interval(range)} ${humanSize(range.end - range.start)}`

/** `a, b and 3 more` */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.length <= most ? names : names.slice(0, most)
  const rest = names.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`
  const last = shown.at(-1) ?? ''
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`
}

/** Letters that are left of a name. */
const MIN_NAME = 20

/** A text of at most `max` letters: where it is longer, the longest names in it lose their middles, quoted ones first. */
export function shortened(text: string, max: number): string {
  let short = text
  for (const names of [/"[^"]*"/g, /[^\s"]+/g])
    while (max < short.length) {
      const [longest] = [...short.matchAll(names)].toSorted(([a], [b]) => b.length - a.length)
      if (!longest || longest[0].length <= MIN_NAME) break
      const room = Math.max(MIN_NAME, longest[0].length - (short.length - max))
      short =
        short.slice(0, longest.index) + withoutMiddle(longest[0], room) + short.slice(longest.index + longest[0].length)
    }
  return short.length <= max ? short : `${short.slice(0, max - 1)}…`
}

const withoutMiddle = (name: string, length: number): string =>
  `${name.slice(0, Math.ceil((length - 1) / 2))}…${name.slice(name.length - Math.floor((length - 1) / 2))}`

/** A text without the letters of a kind at its end. */
export function withoutEnd(text: string, letters: string): string {
  let end = text.length
  while (0 < end && letters.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}
