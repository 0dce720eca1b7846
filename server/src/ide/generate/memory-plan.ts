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

const HYPERVISOR_SIZE = { x86: 6n * MiB, arm: 4n * MiB }
const PROPOSED_SIZE = { x86: 82n * MiB, arm: 80n * MiB }
const MIN_SIZE = 8n * MiB

/** Undefined: the facts tell no RAM. */
export function planMemory(platform: Platform, given: Range | undefined): MemoryPlan | undefined {
  const isPc = platform.architecture === 'x86'
  if (given) return planIn(given, isPc, 'the command line', false)
  const found = reservedFor(platform)
  if (found) return planIn(found.range, isPc, found.from, false)
  const size = isPc ? PROPOSED_SIZE.x86 : PROPOSED_SIZE.arm
  const ram = ramOf(platform)
    .map(({ range }) => range)
    .filter(({ start, end }) => size * 2n <= end - start && end <= 1n << 32n)
  const proposal = isPc && ram.find(range => contains(range, rangeOf(0x3a000000n, size)))
  const highest = ram.toSorted((a, b) => (a.start < b.start ? 1 : -1))[0]
  const area = proposal ? rangeOf(0x3a000000n, size) : highest && { start: highest.end - size, end: highest.end }
  return (
    area && planIn({ start: area.start - (area.start % MiB), end: area.end - (area.end % MiB) }, isPc, 'proposed', true)
  )
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
