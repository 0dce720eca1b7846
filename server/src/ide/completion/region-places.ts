import { ADDRESS_BITS } from '../../config/architecture.ts'
import { MEM_COMM_REGION, MEM_EXECUTE, MEM_IO } from '../../config/constants.ts'
import { sharesRegion } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import {
  alignDown,
  alignUp,
  contains,
  has,
  hasAny,
  isSubPage,
  KiB,
  MiB,
  overlap,
  phys,
  type Range,
  rangeOf,
  virt,
} from '../../config/ranges.ts'
import { windowsOf } from '../../rules/memory/windows.ts'
import type { CellView } from './cell-view.ts'
import { freeBeside, freeDevices, freeRam, takenRanges } from './free-memory.ts'

/**
 * Where a new region of a kind may lie, seen by the cell at its address in the machine: for an inmate what the root has
 * and nobody takes, for a root what continues its own. Undefined where there is no such place.
 */

const PAGE = 4n * KiB
const LARGE_PAGE = 2n * MiB

/** RAM to run from. */
export const ramPlace = (view: CellView): Range | undefined =>
  view.own.isRoot
    ? behindOwn(view, isRam, 16n * MiB, LARGE_PAGE)
    : view.root
      ? freeRam(view, occupied(view))
      : behindOwn(view, isRam, 16n * MiB, LARGE_PAGE)

/** Registers of a device, in whole pages. */
export const registersPlace = (view: CellView, size = PAGE): Range | undefined =>
  view.own.isRoot || !view.root ? behindOwn(view, isDevice, size, size) : freeRegisters(view)

function freeRegisters(view: CellView): Range | undefined {
  const console = view.root?.debug_console.address
  return freeDevices(view)
    .filter(region => !isSubPage(region) && !contains(phys(region), rangeOf(console ?? 0n, 1n)))
    .map(phys)
    .find(range => isFree(view, range))
}

/** One page that the root keeps as well. */
export function sharedPlace(view: CellView): Range | undefined {
  const { root } = view
  if (!root) return behindOwn(view, isRam, PAGE, PAGE)
  return freeBeside(root, takenRanges(view))
    .map(({ range }) => rangeOf(alignDown(range.end - PAGE), PAGE))
    .find(range => isFree(view, range))
}

/** All sections of a new link: behind the links there are, else in front of the hypervisor's memory or behind it. */
export function linkPlace(view: CellView, size: bigint): Range | undefined {
  const { own, root } = view
  if (!root) return behindOwn(view, isRam, size, PAGE)
  if (!own.isRoot) return undefined
  const links = own.mem_regions.filter(({ index }) => own.pci_devices.some(device => sharesRegion(device, index)))
  const hypervisor = phys(root.hypervisor_memory)
  const last = links.toSorted((a, b) => (a.phys_start < b.phys_start ? 1 : -1))[0]
  const starts = [...(last ? [alignUp(phys(last).end, PAGE)] : []), hypervisor.start - size, hypervisor.end]
  return starts
    .filter(start => 0n <= start)
    .map(start => rangeOf(start, size))
    .find(range => isWithinReach(own, range.end) && isFree(view, range))
}

/** From the end of the cell's last region of a kind on, or of any, the first place that nothing has. */
function behindOwn(
  view: CellView,
  isAlike: (region: MemoryRegion) => boolean,
  size: bigint,
  step: bigint,
): Range | undefined {
  const regions = view.own.mem_regions
  const ends = (regions.some(isAlike) ? regions.filter(isAlike) : regions).map(region => phys(region).end)
  if (ends.length === 0) return undefined
  let start = alignUp(
    ends.reduce((a, b) => (a < b ? b : a)),
    step,
  )
  for (const other of occupied(view).toSorted((a, b) => (a.start < b.start ? -1 : 1)))
    if (overlap(other, rangeOf(start, size))) start = alignUp(other.end, step)
  return isWithinReach(view.own, start + size) ? rangeOf(start, size) : undefined
}

/** Of an architecture that is not decided yet, whether every one that it may be reaches so far: a region would decide it. */
function isWithinReach({ architecture, architectureChoice }: CellConfig, end: bigint): boolean {
  const candidates = architecture ? [architecture] : architectureChoice.candidates
  return candidates.every(each => end <= 1n << ADDRESS_BITS[each].virt_start)
}

const isRam = (region: MemoryRegion): boolean => has(region, MEM_EXECUTE) && !hasAny(region, MEM_IO | MEM_COMM_REGION)
const isDevice = (region: MemoryRegion): boolean => hasAny(region, MEM_IO)

/** What the cell has, sees or must not have, and of the root what only links use. */
function occupied(view: CellView): readonly Range[] {
  const { own, root } = view
  const regions = own.mem_regions.flatMap(region => [phys(region), virt(region)])
  if (!root) return regions
  const { pci_devices, mem_regions } = root.root_cell
  const links = mem_regions.filter(({ index }) => pci_devices.some(device => sharesRegion(device, index)))
  const windows = windowsOf(root).map(({ range }) => range)
  const taken = takenRanges(view)
  return [...regions, ...links.map(phys), ...windows, ...taken, phys(root.hypervisor_memory)]
}

const isFree = (view: CellView, range: Range): boolean => !occupied(view).some(other => overlap(other, range))
