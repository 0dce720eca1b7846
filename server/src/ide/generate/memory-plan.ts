import { contains, MiB, type Range, rangeOf } from '../../config/ranges.ts'
import type { Platform, Source } from '../../platform/model.ts'
import { memmapEntries } from '../../platform/read/command-line.ts'
import { subtract } from '../../text/range-set.ts'
import { NET_SIZE } from './regions.ts'

/** Where hypervisor, cells and the link between them go. */
export interface MemoryPlan {
  /** All memory that is kept from Linux. */
  readonly reserved: Range
  readonly hypervisor: Range
  readonly cells: Range
  readonly link: Range
  /** What reserves it. */
  readonly from: string
  /** Nothing reserves it yet: Linux must be made to leave it alone. */
  readonly isProposal: boolean
}

const HYPERVISOR_SIZE = { x86: 6n * MiB, arm: 4n * MiB } as const
const PROPOSED_SIZE = { x86: 82n * MiB, arm: 80n * MiB } as const
/** A board with less RAM than twice the above. */
const SMALL_BOARD_SIZE = 24n * MiB
const MIN_SIZE = 8n * MiB
const FOUR_GIB = 1n << 32n
/** Where "jailhouse config create" proposes it, too. */
const USUAL_START_ON_PC = 0x3a000000n

/** Undefined: the facts tell no RAM that has room for it. */
export function planMemory(platform: Platform, given: Range | undefined): MemoryPlan | undefined {
  const isPc = platform.architecture === 'x86'
  if (given) return planIn(given, isPc, 'the command line', false)
  const found = reservedFor(platform)
  if (found) return planIn(found.range, isPc, found.from, false)
  const area = proposedIn(
    ramOf(platform).map(({ range }) => range),
    platform.architecture,
  )
  return area && planIn(area, isPc, 'proposed', true)
}

/** Below 4 GiB if possible, where every device and a 32-bit inmate reach it; Linux keeps as much of that bank at least. */
function proposedIn(ram: readonly Range[], architecture: Platform['architecture']): Range | undefined {
  const low = ram.map(({ start, end }) => ({ start, end: end < FOUR_GIB ? end : FOUR_GIB }))
  const banks = [low, ...(architecture === 'arm' ? [] : [ram])]
  const preferred = architecture === 'x86' ? PROPOSED_SIZE.x86 : PROPOSED_SIZE.arm
  for (const size of [preferred, SMALL_BOARD_SIZE])
    for (const ranges of banks) {
      const roomy = ranges.filter(({ start, end }) => size * 2n <= end - start)
      const usual = rangeOf(USUAL_START_ON_PC, size)
      if (architecture === 'x86' && roomy.some(range => contains(range, usual))) return usual
      const highest = roomy.toSorted((a, b) => (a.start < b.start ? 1 : -1))[0]
      if (highest) return rangeOf(highest.end - (highest.end % MiB) - size, size)
    }
  return undefined
}

/** On a PC the hypervisor comes first, as "jailhouse config create" has it; on ARM last. */
function planIn(reserved: Range, isPc: boolean, from: string, isProposal: boolean): MemoryPlan {
  const { start, end } = reserved
  const size = isPc ? HYPERVISOR_SIZE.x86 : HYPERVISOR_SIZE.arm
  if (isPc)
    return {
      reserved,
      hypervisor: rangeOf(start, size),
      cells: { start: start + size, end: end - NET_SIZE },
      link: { start: end - NET_SIZE, end },
      from,
      isProposal,
    }
  return {
    reserved,
    hypervisor: { start: end - size, end },
    cells: { start, end: end - size - NET_SIZE },
    link: { start: end - size - NET_SIZE, end: end - size },
    from,
    isProposal,
  }
}

/** A reservation named for Jailhouse, `memmap=`, or what `mem=` has cut off. */
function reservedFor(platform: Platform): { readonly range: Range; readonly from: string } | undefined {
  const named = platform.reserved.find(
    ({ name, range, noMap }) =>
      /jailhouse|hypervisor/i.test(name) && noMap !== false && MIN_SIZE <= range.end - range.start,
  )
  if (named) return { range: named.range, from: `${named.name} in ${named.source.name}` }
  for (const parameter of platform.commandLine ?? []) {
    const entry =
      parameter.name === 'memmap'
        ? memmapEntries(parameter.value ?? '').find(({ kind, range }) => kind === '$' && range)
        : undefined
    if (entry?.range && platform.architecture === 'x86') return { range: entry.range, from: `memmap=${entry.spelled}` }
  }
  return cutOff(platform)
}

function cutOff({ ram, firmwareRam, commandLine, reserved, claimed }: Platform) {
  const limit = commandLine?.find(({ name }) => name === 'mem')
  if (!limit || !ram || !firmwareRam) return undefined
  const used = [...ram, ...reserved, ...(claimed ?? [])].map(({ range }) => range)
  const free = firmwareRam
    .flatMap(({ range }) => subtract([range], used))
    .filter(({ start, end }) => MIN_SIZE <= end - start)
  const last = free.at(-1)
  return last && { range: last, from: `mem=${limit.value ?? ''} leaves it` }
}

/** What Linux uses, by its own word, else by what the tree has and does not reserve. */
export function ramOf(platform: Platform): readonly { readonly range: Range; readonly source: Source }[] {
  if (platform.ram) return platform.ram
  const banks = platform.firmwareRam ?? platform.board?.memory ?? []
  const holes = platform.reserved.filter(({ noMap }) => noMap !== false).map(({ range }) => range)
  return banks.flatMap(({ range, source }) => subtract([range], holes).map(part => ({ range: part, source })))
}
