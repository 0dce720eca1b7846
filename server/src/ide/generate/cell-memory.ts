import { MEM_IO, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion, SystemConfig } from '../../config/model.ts'
import { alignDown, alignUp, has, KiB, MiB, overlap, phys, type Range, rangeOf } from '../../config/ranges.ts'
import { intervalIndex } from '../../machine/interval-index.ts'
import type { Platform } from '../../platform/model.ts'
import { memoryRegionsOf, namedForCells } from '../../rules/board/memory.ts'
import { sharedMemoryOf } from '../../rules/board/subject.ts'
import { merge, subtract } from '../../text/range-set.ts'
import type { CellKind } from './cell-plan.ts'
import { RAM_FLAGS, type Region } from './regions.ts'

/** Memory of a new cell: a part of what the root keeps for cells, laid out as its loader wants it. */

/**
 * Memory of the root that cells may have, the best first: what nobody uses; what other inmates use, which are alternatives
 * to the new one then; and where the root says of none, what other inmates take out of its RAM.
 */
export function memoryForCells(
  root: SystemConfig,
  cells: readonly CellConfig[],
  platform: Platform | undefined,
): readonly (readonly Range[])[] {
  const { root_cell, hypervisor_memory } = root
  const shared = sharedMemoryOf(root_cell)
  const isMemory = (region: MemoryRegion) =>
    has(region, MEM_READ | MEM_WRITE) && !has(region, MEM_IO) && !shared.has(region.index)
  const kept = [
    phys(hypervisor_memory),
    ...root_cell.mem_regions.filter(({ index }) => shared.has(index)).map(phys),
    ...(platform?.ram ?? []).map(({ range }) => range),
  ]
  const candidates = root_cell.mem_regions.filter(isMemory)
  const named = namedForCells(root_cell).filter(region => candidates.includes(region))
  const known = platform?.ram ? candidates.filter(region => isReservedFor(region, platform)) : []
  const chosen = (named.length > 0 ? named : known).map(phys)
  const ofOthers = cells.flatMap(cell => memoryRegionsOf(cell).map(phys))
  const ofRoot = intervalIndex(merge(candidates.map(phys)))
  const carved = merge(ofOthers).flatMap(range =>
    ofRoot.meeting(range.start, range.end).flatMap(each => overlap(range, each) ?? []),
  )
  const usable = (ranges: readonly Range[], used: readonly Range[]) => {
    const holes = intervalIndex(merge(used))
    return ranges
      .flatMap(range => subtract([range], holes.meeting(range.start, range.end)))
      .filter(({ start, end }) => 64n * KiB <= end - start)
  }
  return [
    usable(chosen, [...kept, ...cells.flatMap(cell => cell.mem_regions.map(phys))]),
    usable(chosen, kept),
    usable(carved, kept),
  ].filter(areas => areas.length > 0)
}

/** Memory that firmware has and Linux does not use. */
const isReservedFor = (region: MemoryRegion, { ram = [], reserved }: Platform): boolean =>
  !ram.some(({ range }) => overlap(range, phys(region))) || reserved.some(({ range }) => overlap(range, phys(region)))

const LOADER_SIZE = 0x10000n
const LOADABLE = 'JAILHOUSE_MEM_LOADABLE'
const CODE_FLAGS: readonly string[] = ['JAILHOUSE_MEM_READ', 'JAILHOUSE_MEM_WRITE', 'JAILHOUSE_MEM_EXECUTE', LOADABLE]

export interface CellMemory {
  readonly regions: readonly Region[]
  /** Where execution begins, if not at 0. */
  readonly resetAddress?: bigint
}

/** Undefined: the areas are too small. `taken`: where the cell sees something else, by address. */
export function layOut(
  areas: readonly Range[],
  size: bigint,
  kind: CellKind,
  isPc: boolean,
  isTranslated: boolean,
  taken: readonly Range[],
): CellMemory | undefined {
  const memory = layOutRam(areas, size, kind, isPc, taken)
  // Units take out of the root's tables only what the cell marks for DMA.
  const withDma = (region: Region): Region => ({
    ...region,
    flags: [...new Set([...region.flags, 'JAILHOUSE_MEM_DMA'])],
  })
  return memory && isTranslated ? { ...memory, regions: memory.regions.map(withDma) } : memory
}

function layOutRam(
  areas: readonly Range[],
  size: bigint,
  kind: CellKind,
  isPc: boolean,
  taken: readonly Range[],
): CellMemory | undefined {
  const needed = kind === 'linux' && !isPc ? size + 2n * MiB : size
  const area = areas.find(({ start, end }) => needed <= end - alignUp(start, 64n * KiB))
  if (!area) return undefined
  const start = alignUp(area.start, 64n * KiB)
  if (isPc) return onPc(start, size, kind)
  if (kind === 'bare-metal') return fromZero(start, size, taken)
  if (kind === 'zephyr')
    return {
      regions: [{ range: rangeOf(start, size), flags: CODE_FLAGS, comment: 'RAM of Zephyr' }],
      resetAddress: start,
    }
  const ram = alignUp(start + LOADER_SIZE, 2n * MiB)
  return {
    regions: [
      { range: rangeOf(start, LOADER_SIZE), virt: 0n, flags: CODE_FLAGS, comment: 'RAM for the loader' },
      { range: rangeOf(ram, size), flags: [...RAM_FLAGS, LOADABLE], comment: 'RAM' },
    ],
  }
}

/** RAM from 0 on, where images are linked to, up to what the cell sees elsewhere; the rest at its own address. */
function fromZero(start: bigint, size: bigint, taken: readonly Range[]): CellMemory {
  const isTaken = (range: Range) => taken.some(other => overlap(other, range))
  const starts = taken.map(range => alignDown(range.start, 64n * KiB))
  const low = starts.reduce((least, next) => (next < least ? next : least), size)
  const rest = rangeOf(start + low, size - low)
  const flags = CODE_FLAGS
  if (low === 0n || overlap(rest, rangeOf(0n, low)) || (low < size && isTaken(rest)))
    return {
      regions: [{ range: rangeOf(start, size), flags, comment: 'RAM, where the image is loaded' }],
      resetAddress: start,
    }
  return {
    regions: [
      { range: rangeOf(start, low), virt: 0n, flags, comment: 'RAM, where the image is loaded' },
      ...(low < size ? [{ range: rest, flags, comment: 'more RAM, behind what the cell sees below' }] : []),
    ],
  }
}

/** Low memory at 0, the communication region behind it, the rest from 2 MiB on. */
function onPc(start: bigint, size: bigint, kind: CellKind): CellMemory {
  const flags = kind === 'linux' ? [...RAM_FLAGS, LOADABLE] : CODE_FLAGS
  const low = size < MiB ? size : MiB
  const rest = size - low
  return {
    regions: [
      { range: rangeOf(start, low), virt: 0n, flags, comment: 'low RAM' },
      ...(rest > 0n ? [{ range: rangeOf(start + low, rest), virt: 2n * MiB, flags, comment: 'high RAM' }] : []),
    ],
  }
}

/** Where a cell sees its communication region: at 1 MiB on a PC, else the first usual place that is free. */
export function communicationRegion(regions: readonly Region[], others: readonly Range[], isPc: boolean): Region {
  const seen = [...regions.map(({ range, virt = range.start }) => rangeOf(virt, range.end - range.start)), ...others]
  const places = isPc ? [MiB] : [0x80000000n, 0x70000000n, 0x60000000n, 0xa0000000n, 0xc0000000n, 0x50000000n]
  const start = places.find(place => !seen.some(range => overlap(range, rangeOf(place, 0x1000n)))) ?? 0xf0000000n
  return {
    range: rangeOf(start, 0x1000n),
    flags: ['JAILHOUSE_MEM_READ', 'JAILHOUSE_MEM_WRITE', 'JAILHOUSE_MEM_COMM_REGION'],
    comment: 'communication region',
  }
}
