import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { alignDown, alignUp, KiB, MiB, phys, type Range } from '../../config/ranges.ts'
import type { Platform } from '../../platform/model.ts'
import { coalesce, merge } from '../../text/range-set.ts'
import { hex, interval } from '../../text/words.ts'
import type { RuleFinding } from '../rule.ts'
import { memoryRegionsOf, namedForCells } from './memory.ts'
import { sharedMemoryOf } from './subject.ts'

/** What has to be written outside of the configurations so that Linux keeps off the memory that Jailhouse takes. */
export interface Reservation {
  /** E.g. `Device tree node`. */
  readonly title: string
  /** Where the text belongs, and what there is to know of it. */
  readonly where: string
  readonly text: string
  readonly language: 'dts' | 'shell'
}

/** Findings whose repair lies outside of the configurations: in a device tree, or where the kernel is started from. */
const REPAIRED_BY_RESERVING: ReadonlySet<string> = new Set([
  'hypervisor-memory-in-use',
  'cell-memory-in-use',
  'kernel-parameter',
])

export const isRepairedByReserving = ({ rule }: RuleFinding): boolean => REPAIRED_BY_RESERVING.has(rule.id)

/** Ranges closer than this become one: what lies between is of no use to Linux. */
const GAP = 16n * MiB

/** What the hypervisor, the cells and their links take, and what the root keeps for cells; whole pages. */
function memoryTaken({ hypervisor_memory, root_cell }: SystemConfig, cells: readonly CellConfig[]) {
  const shared = sharedMemoryOf(root_cell)
  const regions = [
    hypervisor_memory,
    ...root_cell.mem_regions.filter(({ index }) => shared.has(index)),
    ...namedForCells(root_cell),
    ...cells.flatMap(memoryRegionsOf),
  ]
  const taken = regions
    .filter(({ size }) => 0n < size)
    .map(phys)
    .map(({ start, end }) => ({ start: alignDown(start), end: alignUp(end) }))
  return coalesce(
    merge(taken),
    (last, next) => next.start <= last.end + GAP,
    (last, next) => ({ start: last.start, end: next.end }),
  )
}

/** The ways to reserve it, the best first. */
export function reservationsFor(
  root: SystemConfig,
  cells: readonly CellConfig[],
  platform: Platform | undefined,
): readonly Reservation[] {
  const taken = memoryTaken(root, cells)
  if (taken.length === 0) return []
  if (root.architecture === 'x86') return onPc(taken)
  const limit = limitOf(taken, root, platform)
  return [deviceTreeNode(taken, platform), ...(limit ? [limit] : [])]
}

/** Counted in MiB where it is whole, else in KiB, as `memparse` reads it. */
const sizeText = (size: bigint): string => (size % MiB === 0n ? `${size / MiB}M` : `${size / 1024n}K`)

/** Up to the next MiB where hardly anything is missing: the last page of a link belongs to it, though no cell has it. */
function memmapText({ start, end }: Range): string {
  const whole = alignUp(end - start, MiB)
  return `memmap=${sizeText(whole - (end - start) <= SPARE ? whole : end - start)}$${hex(start)}`
}

const SPARE = 64n * KiB

function onPc(taken: readonly Range[]): readonly Reservation[] {
  const words = taken.map(memmapText).join(' ')
  return [
    {
      title: 'Kernel parameter',
      where: 'as /proc/cmdline must show it; in grub.cfg write \\$ for $',
      text: words,
      language: 'shell',
    },
    {
      title: 'Line of /etc/default/grub',
      where: 'then run update-grub; GRUB and its shell each consume a backslash',
      text: `GRUB_CMDLINE_LINUX="${words.replaceAll('$', '\\\\\\$')}"`,
      language: 'shell',
    },
  ]
}

function deviceTreeNode(taken: readonly Range[], platform: Platform | undefined): Reservation {
  const cells = platform?.board?.addressCells === 1 ? 1 : 2
  const wide = (value: bigint) =>
    cells === 1 ? hex(value) : `0x${(value >> 32n).toString(16)} ${hex(value & 0xffffffffn)}`
  const nodes = taken.flatMap(({ start, end }) => [
    '',
    `\t\tjailhouse@${start.toString(16)} {`,
    `\t\t\treg = <${wide(start)} ${wide(end - start)}>;`,
    '\t\t\tno-map;',
    '\t\t};',
  ])
  const lines = [
    '/ {',
    '\treserved-memory {',
    `\t\t#address-cells = <${cells}>;`,
    `\t\t#size-cells = <${cells}>;`,
    '\t\tranges;',
    ...nodes,
    '\t};',
    '};',
    '',
  ]
  return {
    title: 'Device tree node',
    where: 'at the end of the .dts of the board, before Linux starts: an overlay applied later is too late',
    text: lines.join('\n'),
    language: 'dts',
  }
}

/** `mem=` ends the RAM: it serves where all that is taken lies behind what is left to Linux. */
function limitOf(
  taken: readonly Range[],
  { architecture }: SystemConfig,
  platform: Platform | undefined,
): Reservation | undefined {
  const banks = (platform?.firmwareRam ?? []).map(({ range }) => range).toSorted((a, b) => (a.start < b.start ? -1 : 1))
  const [first, last] = [banks[0], banks.at(-1)]
  const start = taken[0]?.start
  if (!first || !last || start === undefined || last.end < (taken.at(-1)?.end ?? 0n)) return undefined
  const left = banks.reduce((sum, bank) => sum + clamp(bank, start), 0n)
  const lost = banks.reduce((sum, bank) => sum + (bank.end - bank.start), 0n) - left
  const needed = taken.reduce((sum, { start, end }) => sum + (end - start), 0n)
  // A limit that costs Linux much more than what is needed is no advice.
  if (left <= 0n || needed + 256n * MiB < lost) return undefined
  const size = sizeText(left - (left % MiB))
  return {
    title: 'Kernel parameter mem=',
    where: `ends the RAM of Linux at ${hex(start)}, so that ${interval({ start, end: last.end })} is free`,
    text: architecture === 'arm' ? `mem=${size}@${hex(first.start)}` : `mem=${size}`,
    language: 'shell',
  }
}

const clamp = ({ start, end }: Range, limit: bigint): bigint =>
  end <= limit ? end - start : start < limit ? limit - start : 0n

/** The shortest of them, for a line of help. */
export function reserveHelp(root: SystemConfig, cells: readonly CellConfig[]): string {
  const taken = memoryTaken(root, cells)
  return root.architecture === 'x86'
    ? `reserve it with ${taken.map(memmapText).join(' ')} ("\\\\\\$" for "$" in /etc/default/grub)`
    : `reserve ${taken.map(interval).join(' and ')} in the device tree with no-map, or end the RAM below it with mem=`
}
