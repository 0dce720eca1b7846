import { commentName } from '../../config/comment-name.ts'
import { MEM_DMA, MEM_EXECUTE, MEM_IO, MEM_WRITE } from '../../config/constants.ts'
import { sharesRegion } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion, SystemConfig } from '../../config/model.ts'
import { alignDown, has, hasAny, KiB, MiB, phys, type Range, sizeOfRange, virt } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { type IntervalIndex, intervalIndex } from '../../machine/interval-index.ts'
import { keepsMappings } from '../../machine/iommu/drivers.ts'
import { primarySpan } from '../../text/origin.ts'
import { merge, subtract } from '../../text/range-set.ts'
import { textOf } from '../../text/source-file.ts'
import { describeRange, hex, humanSize } from '../../text/words.ts'
import type { CellView, FreeValue } from './cell-view.ts'
import type { Path } from './context.ts'

/** A part of a region of the root that nobody beside it has. */
export interface FreeRange {
  readonly region: MemoryRegion
  readonly range: Range
  /** Devices of the root cannot reach it, as a window for inmates is kept where there is a PVU. */
  readonly isKept: boolean
}

/**
 * Memory of the root that no other cell has: first what a PVU keeps from the root's devices, the largest before all;
 * then what lies nearest to the hypervisor's own memory, where systems keep room for cells.
 */
export const freeRanges = (root: SystemConfig, taken: readonly MemoryRegion[]): readonly FreeRange[] =>
  freeBeside(root, taken.map(phys))

/** The same beside any ranges of addresses. */
export function freeBeside(root: SystemConfig, taken: readonly Range[]): readonly FreeRange[] {
  const own = phys(root.hypervisor_memory)
  const holes = intervalIndex(merge([...taken, own]))
  const cannotUnmap = keepsMappings(root)
  return root.root_cell.mem_regions
    .filter(region => isMemory(root.root_cell, region))
    .flatMap(region => {
      const isKept = cannotUnmap && !has(region, MEM_DMA)
      const range = phys(region)
      const free = subtract([range], holes.meeting(range.start, range.end))
      return free.map(range => ({ region, range, isKept }))
    })
    .filter(({ range }) => MIN_FREE <= sizeOfRange(range))
    .toSorted((a, b) =>
      a.isKept && b.isKept
        ? Number(sizeOfRange(b.range) - sizeOfRange(a.range))
        : Number(b.isKept) - Number(a.isKept) || (distance(a.range, own) < distance(b.range, own) ? -1 : 1),
    )
}

/** Less is left over between shared-memory regions and of no use. */
const MIN_FREE = 64n * KiB

export function freeMemory(view: CellView, path?: Path): readonly FreeValue[] {
  const { own, root } = view
  if (own.isRoot || !root) return []
  const flags = path && writtenIn(view, path, 'flags')?.value
  if (flags !== undefined && hasAny({ flags }, MEM_IO)) return freeDevices(view).slice(0, MAX_DEVICES).map(deviceValue)
  return freeBeside(root, takenRanges(view))
    .slice(0, 4)
    .map(({ range, isKept }) => ({
      text: hex(placeIn(range, phys(root.hypervisor_memory))),
      detail: `free${isKept ? ", out of reach of the root's devices" : ''}: ${describeRange(range)} of the root`,
    }))
}

/** What this cell and the inmates beside it have of the machine. */
export const takenRanges = ({ own, others }: CellView): readonly Range[] =>
  [own, ...others.filter(cell => !cell.isRoot)].flatMap(cell => cell.mem_regions).map(phys)

/**
 * A place for RAM of a new region: executable memory of the root that nothing has, and of it no more than is free. A PVU
 * never takes from the root's devices what it gave them: where there is one, only what it keeps from them will do.
 */
export function freeRam({ own, root }: CellView, occupied: readonly Range[]): Range | undefined {
  if (own.isRoot || !root) return undefined
  const hypervisor = phys(root.hypervisor_memory)
  const [free] = freeBeside(root, occupied).filter(
    ({ region, range, isKept }) =>
      has(region, MEM_EXECUTE) && 2n * MiB <= roomIn(range) && (isKept || !keepsMappings(root)),
  )
  if (!free) return undefined
  const start = alignDown(placeIn(free.range, hypervisor) + 2n * MiB - 1n, 2n * MiB)
  const end = alignDown(free.range.end, 2n * MiB)
  return { start, end: end < start + SLICE ? end : start + SLICE }
}

/** What is left of a range between large pages. */
const roomIn = ({ start, end }: Range): bigint => alignDown(end, 2n * MiB) - alignDown(start + 2n * MiB - 1n, 2n * MiB)

/** Registers of the root that neither this cell nor another inmate has. */
export function freeDevices(view: CellView): readonly MemoryRegion[] {
  const { own, root } = view
  if (own.isRoot || !root) return []
  const taken = intervalIndex(merge(takenRanges(view)))
  return root.root_cell.mem_regions.filter(
    region => hasAny(region, MEM_IO) && 0n < region.size && !isMet(taken, phys(region)),
  )
}

const isMet = (taken: IntervalIndex<Range>, { start, end }: Range): boolean => taken.meeting(start, end).length > 0

const MAX_DEVICES = 8
const MAX_NAME = 40

const deviceValue = (region: MemoryRegion): FreeValue => ({
  text: hex(region.phys_start),
  detail: `${commentName(region, MAX_NAME) ?? `region ${region.index}`} of the root: ${describeRange(phys(region))}`,
})

/** From a usual address on the first where the cell sees nothing yet, with a gap of a large page to its neighbours. */
export function freeVirtual({ own }: CellView, usual: bigint): bigint {
  const seen = intervalIndex(merge(own.mem_regions.map(virt)))
  let start = usual
  for (;;) {
    const other = seen.meeting(start, start + 4n * KiB).at(-1)
    if (!other) return start
    start = alignDown(other.end + 2n * MiB - 1n, 2n * MiB)
  }
}

/** What the root may write and shares with nobody. */
const isMemory = ({ pci_devices }: CellConfig, region: MemoryRegion): boolean =>
  has(region, MEM_WRITE) && !hasAny(region, MEM_IO) && !pci_devices.some(device => sharesRegion(device, region.index))

const distance = (a: Range, b: Range): bigint =>
  a.end <= b.start ? b.start - a.end : b.end <= a.start ? a.start - b.end : 0n

/** What a new cell begins with. */
const SLICE = 16n * MiB

/** The side of a range that is nearer to the hypervisor: a root keeps what is below it for itself. */
const placeIn = (range: Range, hypervisor: Range): bigint =>
  range.end <= hypervisor.start && SLICE < sizeOfRange(range) ? alignDown(range.end - SLICE, 2n * MiB) : range.start

/** Where the cell sees a region: where it lies in the machine, as most do; of one that lies nowhere yet what is free. */
export function virtualStarts(view: CellView, path: Path): readonly FreeValue[] {
  const start = writtenIn(view, path, 'phys_start')
  return start ? [{ text: start.text, detail: 'the same as phys_start' }] : freeMemory(view, path)
}

/** All that is free from the start of the region at hand. */
export function freeSizes(view: CellView, path: Path): readonly FreeValue[] {
  const { own, root } = view
  const start = writtenIn(view, path, 'phys_start')?.value
  if (own.isRoot || !root || start === undefined) return []
  const device = freeDevices(view).find(region => region.phys_start === start)
  if (device) return [{ text: hex(device.size), detail: `${humanSize(device.size)}, as in the root` }]
  return freeBeside(root, takenRanges(view))
    .filter(({ range }) => range.start <= start && start < range.end)
    .map(({ range }) => ({
      text: hex(range.end - start),
      detail: `${humanSize(range.end - start)}, all that is free there`,
    }))
}

/** A number of the element at hand, which half-typed is in no model. */
function writtenIn({ own }: CellView, { steps }: Path, field: string) {
  const element = arrayOf(own, 'mem_regions')?.value.items[Number(steps[1])]
  const value = element?.kind === 'struct' ? element.fields.get(field)?.value : undefined
  if (value?.kind !== 'int' || !value.origin) return undefined
  return { value: value.value, text: textOf(primarySpan(value.origin)) }
}

/** Where memory the cell may execute begins. */
export const resetAddresses = ({ own }: CellView): readonly FreeValue[] =>
  own.mem_regions
    .filter(region => has(region, MEM_EXECUTE) && 0n < region.size)
    .map(region => ({ text: hex(region.virt_start), detail: `region ${region.index}: ${describeRange(virt(region))}` }))
