import { MEM_COMM_REGION } from '../../config/constants.ts'
import { shortRegionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { hasAny, isSubPage, phys, type Range, rangeOf, virt } from '../../config/ranges.ts'
import type { Span } from '../../text/source-file.ts'
import { hex } from '../../text/words.ts'

/** In words, and where it is spelled. */
interface NearMiss {
  readonly words: string
  readonly at: Span
}

/** A region of a cell that would hold an address but for one slip in it, the likeliest slip first. */
export function nearMiss(cell: CellConfig, address: bigint): NearMiss | undefined {
  const sized = cell.mem_regions.filter(region => region.size > 0n)
  const regions = sized.filter(region => !isSubPage(region))
  return (
    first(regions, region => inMachine(region, address)) ??
    first(regions, region => digitOff(region, address, sized)) ??
    first(sized, region => tooShort(region, address, sized))
  )
}

const first = (regions: readonly MemoryRegion[], clueOf: (region: MemoryRegion) => NearMiss | undefined) =>
  regions.map(clueOf).find(clue => clue !== undefined)

const holds = ({ start, end }: Range, address: bigint): boolean => start <= address && address < end

/** What has the address in the machine, and stands at another one in the cell. */
const inMachine = (region: MemoryRegion, address: bigint): NearMiss | undefined =>
  holds(phys(region), address)
    ? {
        words: `${shortRegionName(region)} has it by phys_start, but begins at virt_start ${hex(region.virt_start)} in the cell`,
        at: at(region, 'virt_start'),
      }
    : undefined

/** What begins where another region does already was meant to begin elsewhere; nobody slips in a communication region. */
function digitOff(region: MemoryRegion, address: bigint, all: readonly MemoryRegion[]): NearMiss | undefined {
  if (hasAny(region, MEM_COMM_REGION)) return undefined
  const digits = region.virt_start.toString(16).length
  const meant = Array.from({ length: digits }, (_, place) => withDigitOf(region.virt_start, address, BigInt(4 * place)))
    .filter(start => start.toString(16).length === digits && sharesDigits(start, region.virt_start))
    .concat(isTelling(region.virt_start) ? [region.virt_start >> 4n, region.virt_start << 4n] : [])
    .find(start => start !== 0n && start !== region.virt_start && holds(rangeOf(start, region.size), address))
  if (all.some(({ virt_start }) => virt_start === meant)) return undefined
  if (meant === undefined) return undefined
  return {
    words: `${shortRegionName(region)} begins at ${hex(region.virt_start)}, one digit from ${hex(meant)}, where it would`,
    at: at(region, 'virt_start'),
  }
}

/** A number with the digit that another one has at a place. */
const withDigitOf = (number: bigint, other: bigint, shift: bigint): bigint =>
  number - (((number >> shift) & 0xfn) << shift) + (((other >> shift) & 0xfn) << shift)

/** Any two addresses with but one digit other than 0 are a digit apart: 0x600000 is no slip of 0x100000. */
const sharesDigits = (one: bigint, other: bigint): boolean =>
  [...one.toString(16)].some((digit, index) => digit !== '0' && digit === other.toString(16)[index])

/** A digit and zeros are every such number with fewer or more zeros. */
const isTelling = (number: bigint): boolean => number.toString(16).replaceAll('0', '').length > 1

/** What ends before the address, holds it with a digit more in its size, and runs into no other region then. */
function tooShort(region: MemoryRegion, address: bigint, regions: readonly MemoryRegion[]): NearMiss | undefined {
  const whole = rangeOf(region.virt_start, region.size << 4n)
  const isFree = !regions.some(
    other => other !== region && whole.start <= other.virt_start && other.virt_start < whole.end,
  )
  if (!isFree || !holds(whole, address)) return undefined
  return {
    words: `${shortRegionName(region)} ends at ${hex(virt(region).end)}; with one digit more its size would reach it`,
    at: at(region, 'size'),
  }
}
