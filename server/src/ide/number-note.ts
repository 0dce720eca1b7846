import type { Unit } from '../c/unit.ts'
import type { IntValue } from '../c/value.ts'
import { bdf, hex, humanSize } from '../rules/places.ts'
import { wordAt } from './locate.ts'
import { type Note, title } from './note.ts'

/** `0x100000 = 1048576 = 1 MiB` */
export function numberWords(value: bigint): string {
  const words = [value < 0n ? `-${hex(-value)}` : hex(value)]
  if (10n <= value || value < 0n) words.push(`= ${value}`)
  if (1024n <= value && value % 1024n === 0n) words.push(`= ${humanSize(value)}`)
  return words.join(' ')
}

const isAddress = /(_start|_base|^base|^address|_address|^clock_reg)$/

/** What a number says in its field: a device address, a mask of CPUs, a size. `index` counts the words of an array. */
export function meaningOf(field: string, { value, type }: IntValue, index = 0): string {
  if (field === 'bdf') return `${hex(value)}: ${bdf(Number(value))} (bus:device.function)`
  if (isAddress.test(field)) return hex(value)
  if (field === 'cpus') return `${hex(value)}: CPUs ${setBits(value, index * type.size * 8).join(', ') || 'none'}`
  return numberWords(value)
}

/** The numbers of the bits that are set, the lowest being `first`. */
export const setBits = (mask: bigint, first = 0): readonly number[] =>
  [...mask.toString(2)].reverse().flatMap((digit, bit) => (digit === '1' ? [first + bit] : []))

/** More bits than this are no list any more. */
const FEW_BITS = 8

/** A number as such, wherever it stands: hexadecimal, decimal, as a size, and its bits. */
export function numberNote({ main }: Unit, offset: number): Note | undefined {
  const word = wordAt(main, offset)
  const digits = word && /^(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)[uUlL]*$/.exec(word.text)?.[1]
  if (!word || !digits) return undefined
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits)
  const bits = setBits(value)
  const few = 1 < value && bits.length <= FEW_BITS ? `, bit${bits.length === 1 ? '' : 's'} ${bits.join(', ')}` : ''
  return { at: word.at, blocks: [title(numberWords(value) + few)] }
}
