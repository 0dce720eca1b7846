import { wordAt } from '../../c/raw/tokens.ts'
import type { Unit } from '../../c/unit.ts'
import { integerLiteral } from '../../c/values/literal.ts'
import type { IntValue } from '../../c/values/value.ts'
import { bdf, hex, humanSize } from '../../text/words.ts'
import { type HoverContent, title } from '../blocks.ts'

/** `0x100000 = 1048576 = 1 MiB` */
export function numberWords(value: bigint): string {
  const words = [value < 0n ? `-${hex(-value)}` : hex(value)]
  if (10n <= value || value < 0n) words.push(`= ${value}`)
  if (1024n <= value && value % 1024n === 0n) words.push(`= ${humanSize(value)}`)
  return words.join(' ')
}

const isAddress = /^(phys_start|virt_start|base|tlb_base|pci_mmconfig_base|gic[a-z]_base|\w*address|clock_reg)$/

/** A mask of the bits of a base address register that can be written: its complement is the size less 1. */
export function barWords(mask: bigint): string {
  if (mask === 0n) return '0x0: none'
  if (mask === 0xffffffffn) return `${hex(mask)}: upper half of a 64-bit BAR`
  const size = (~mask & 0xffffffffn) + 1n
  return (size & (size - 1n)) === 0n ? `${hex(mask)}: ${humanSize(size)}` : hex(mask)
}

/** `CPUs 0, 1`; `first` is the number of the lowest bit. */
function cpuWords(mask: bigint, first: number): string {
  const cpus = setBits(mask, first)
  return cpus.length === 1 ? `CPU ${cpus[0]}` : `CPUs ${cpus.join(', ') || 'none'}`
}

/** What a number says in its field: a device address, a mask of CPUs, a size. `index` counts the words of an array. */
export function meaningOf(field: string, { value, type }: IntValue, index = 0): string {
  if (field === 'bdf') return `${hex(value)}: ${bdf(Number(value))} (bus:device.function)`
  if (isAddress.test(field)) return hex(value)
  if (field === 'cpus') return `${hex(value)}: ${cpuWords(value, index * type.size * 8)}`
  if (field === 'bar_mask') return barWords(value)
  if (field === 'pin_bitmap' || field === 'flags') return hex(value)
  return numberWords(value)
}

/** The numbers of the bits that are set, the lowest being `first`. */
const setBits = (mask: bigint, first = 0): readonly number[] =>
  [...mask.toString(2)].reverse().flatMap((digit, bit) => (digit === '1' ? [first + bit] : []))

/** More bits than this are no list any more. */
const MAX_LISTED_BITS = 8

/** A number as such, wherever it stands: hexadecimal, decimal, as a size, and its bits. */
export function numberHover({ main }: Unit, offset: number): HoverContent | undefined {
  const word = wordAt(main, offset)
  const literal = word?.kind === 'number' ? integerLiteral(word.text) : undefined
  if (!word || !literal) return undefined
  const { value } = literal
  const bits = setBits(value)
  const few =
    1 < value && bits.length <= MAX_LISTED_BITS ? `, bit${bits.length === 1 ? '' : 's'} ${bits.join(', ')}` : ''
  return { at: word.span, blocks: [title(numberWords(value) + few)] }
}
