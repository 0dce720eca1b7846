import { MEM_COMM_REGION } from '../../config/constants.ts'
import { shortRegionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { hasAny, phys, type Range, rangeOf, virt } from '../../config/ranges.ts'
import type { Span } from '../../text/source-file.ts'
import { hex } from '../../text/words.ts'

/** In words, and where it is spelled. */
interface NearMiss {
  readonly words: string
  readonly at: Span
}

/** A slip that would explain an address, and how much of the files speaks for it. */
interface Guess extends NearMiss {
  readonly weight: number
}

/** More regions than this as likely as each other: then nothing is known. */
const MAX_ALIKE = 3

/**
 * Regions of a cell that would hold an address but for one slip in them: the likeliest, and those as likely as it. That a
 * slip would explain the address is not enough, since a region may be missing just as well: the files must speak for it.
 * `others` are the cells beside it, in which the same device may be spelled right.
 */
export function nearMisses(cell: CellConfig, address: bigint, others: readonly CellConfig[]): readonly NearMiss[] {
  const regions = cell.mem_regions.filter(region => region.size > 0n)
  const moved = regions.flatMap(region => inMachine(region, address))
  if (moved.length > 0) return moved.slice(0, 1)
  const beside = others.flatMap(({ mem_regions }) => mem_regions)
  const guesses = regions.flatMap(region => [
    ...digitOff(region, address, regions, beside),
    ...tooShort(region, address, regions),
  ])
  const likeliest = Math.max(IN_ORDER, ...guesses.map(({ weight }) => weight))
  const alike = guesses.filter(({ weight }) => weight === likeliest)
  return alike.length <= MAX_ALIKE ? alike : alike.slice(0, 1)
}

const holds = ({ start, end }: Range, address: bigint): boolean => start <= address && address < end

/** What has the address in the machine, and stands at another one in the cell. */
const inMachine = (region: MemoryRegion, address: bigint): readonly NearMiss[] =>
  holds(phys(region), address)
    ? [
        {
          words: `${shortRegionName(region)} has it by phys_start, but begins at virt_start ${hex(region.virt_start)} in the cell`,
          at: at(region, 'virt_start'),
        },
      ]
    : []

/** What begins where another region does already was meant to begin elsewhere; nobody slips in a communication region. */
function digitOff(
  region: MemoryRegion,
  address: bigint,
  all: readonly MemoryRegion[],
  beside: readonly MemoryRegion[],
): readonly Guess[] {
  if (hasAny(region, MEM_COMM_REGION)) return []
  const meant = meantStart(region, address)
  if (meant === undefined || all.some(({ virt_start }) => virt_start === meant)) return []
  return [
    {
      words: `${shortRegionName(region)} begins at ${hex(region.virt_start)}; if its address were ${hex(meant)} (${differenceOf(region.virt_start, meant)}), it would contain this one`,
      at: at(region, 'virt_start'),
      weight:
        weightOf(region, meant, all) +
        (isIdentical(region)
          ? seenElsewhere(region, meant, beside) - seenElsewhere(region, region.virt_start, beside)
          : 0),
    },
  ]
}

function differenceOf(written: bigint, meant: bigint): string {
  const [digits, ofMeant] = [written.toString(16).length, meant.toString(16).length]
  if (digits === ofMeant) return 'one digit differs'
  return digits < ofMeant ? 'one digit more' : 'one digit less'
}

const isIdentical = ({ phys_start, virt_start }: MemoryRegion): boolean => phys_start === virt_start

/** Whether another cell has a region that begins there: there the device is spelled right, one may think. */
function seenElsewhere({ size }: MemoryRegion, start: bigint, beside: readonly MemoryRegion[]): number {
  const there = beside.filter(({ phys_start }) => phys_start === start)
  if (there.length === 0) return 0
  return there.some(each => each.size === size) ? TWIN : OF_ANOTHER_CELL
}

/** Another cell has a region at the very address, of the very size. */
const TWIN = 7
/** Another cell has a region that begins at the very address. */
const OF_ANOTHER_CELL = 4
/** Left where it is, the region breaks the ascending order of its neighbours in the list, which it would keep. */
const IN_ORDER = 3
/** Its own place is taken by another region. */
const CROWDED = 1

/** What the other regions of the cell say of a region that is moved. */
function weightOf(region: MemoryRegion, meant: bigint, all: readonly MemoryRegion[]): number {
  const others = all.filter(each => each !== region)
  const isFree = (range: Range) => !others.some(other => range.start < virt(other).end && virt(other).start < range.end)
  const isOrdered = (start: bigint) => keepsOrder(region, start, all)
  return (
    (isOrdered(meant) ? IN_ORDER : 0) -
    (isOrdered(region.virt_start) ? IN_ORDER : 0) +
    (isFree(rangeOf(meant, region.size)) ? CROWDED : -CROWDED) +
    (isFree(virt(region)) ? 0 : CROWDED)
  )
}

function keepsOrder(region: MemoryRegion, start: bigint, all: readonly MemoryRegion[]): boolean {
  const index = all.indexOf(region)
  const [before, behind] = [all[index - 1], all[index + 1]]
  if (!before && !behind) return false
  return (!before || before.virt_start < start) && (!behind || start < behind.virt_start)
}

/** Where a region would begin with one digit as the address has it, one digit less or one more, and hold the address. */
const meantStart = ({ virt_start, size }: MemoryRegion, address: bigint): bigint | undefined => {
  const digits = virt_start.toString(16).length
  return Array.from({ length: digits }, (_, place) => withDigitOf(virt_start, address, BigInt(4 * place)))
    .filter(start => start.toString(16).length === digits && sharesDigits(start, virt_start))
    .concat(isTelling(virt_start) ? [virt_start >> 4n, virt_start << 4n] : [])
    .find(start => start !== 0n && start !== virt_start && holds(rangeOf(start, size), address))
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
function tooShort(region: MemoryRegion, address: bigint, regions: readonly MemoryRegion[]): readonly Guess[] {
  const whole = rangeOf(region.virt_start, region.size << 4n)
  const others = regions.filter(other => other !== region)
  const isFree = !others.some(({ virt_start }) => whole.start <= virt_start && virt_start < whole.end)
  if (!isFree || !holds(whole, address)) return []
  return [
    {
      words: `${shortRegionName(region)} ends at ${hex(virt(region).end)}; with one digit more in its size it would contain this address`,
      at: at(region, 'size'),
      weight: others.some(({ virt_start }) => virt_start === whole.end) ? IN_ORDER : 0,
    },
  ]
}
