import { MEM_IO_UNALIGNED, MEM_READ, MEM_WRITE } from '../config/constants.ts'
import type { MemoryRegion } from '../config/model.ts'
import { hasAny } from '../config/ranges.ts'
import { type Cell, type Draft, type Hypervisor, type MmioRegion, printk } from './hypervisor.ts'

/** The dispatcher for trapped accesses of a cell, `hypervisor/mmio.c`: a sorted array of fixed capacity. */

export function mmio_region_register(hv: Hypervisor, cell: Draft<Cell>, region: MmioRegion): void {
  const regions = ownRegions(hv, cell)
  if (regions.length >= cell.max_mmio_regions) {
    printk(hv, 'mmio-overflow', 'WARNING: Overflow during MMIO region registration!', {
      cell: cell.config,
      ...(region.region && { region: region.region }),
    })
    return
  }
  regions.splice(firstBehind(regions, region.start), 0, region)
}

/** The cell's array for this command to change. */
function ownRegions(hv: Hypervisor, cell: Draft<Cell>): MmioRegion[] {
  if (cell.mmio.generation !== hv.generation) cell.mmio = { generation: hv.generation, regions: [...cell.mmio.regions] }
  return cell.mmio.regions as MmioRegion[]
}

function firstBehind(regions: readonly MmioRegion[], start: bigint): number {
  let low = 0
  let high = regions.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((regions[middle] as MmioRegion).start <= start) low = middle + 1
    else high = middle
  }
  return low
}

/** One access of a CPU, at an address of its cell; 64 bits at a time only on CPUs that have them. */
export interface MmioAccess {
  readonly address: bigint
  /** In bytes. */
  readonly size: 1 | 2 | 4 | 8
  readonly isWrite: boolean
}

/** What comes of it: it is carried out at an address of the machine, or the CPU is parked behind what is printed. */
export type MmioResult = { readonly phys: bigint } | { readonly printed: string }

const IO_WIDTH_SHIFT = 16n

/** `mmio_handle_subpage`. It counts from where the region begins for the cell, also whether an access is aligned. */
export function mmio_handle_subpage(
  { phys_start, virt_start, flags }: Pick<MemoryRegion, 'phys_start' | 'virt_start' | 'flags'>,
  { address, size, isWrite }: MmioAccess,
): MmioResult {
  const offset = address - virt_start
  const phys = phys_start + offset
  const isPermitted = hasAny({ flags }, isWrite ? MEM_WRITE : MEM_READ)
  const isOfWidth = hasAny({ flags }, BigInt(size) << IO_WIDTH_SHIFT)
  const isInPlace = offset % BigInt(size) === 0n || hasAny({ flags }, MEM_IO_UNALIGNED)
  if (isPermitted && isOfWidth && isInPlace) return { phys }
  const words = `FATAL: Invalid MMIO ${isWrite ? 'write' : 'read'}`
  return { printed: `${words}, address: ${phys.toString(16)}, size: ${size}` }
}

/** Widths in bytes of trapped accesses, the usual one first. */
const accessWidths = (isArm32: boolean): readonly MmioAccess['size'][] => (isArm32 ? [4, 1, 2] : [4, 1, 2, 8])

/** The first access of a width that a sub-page region lets through in one direction; what it prints if there is none. */
export function subpageAccess(region: MemoryRegion, isWrite: boolean, isArm32: boolean): MmioResult {
  const tried = accessWidths(isArm32).map(size =>
    mmio_handle_subpage(region, { address: region.virt_start, size, isWrite }),
  )
  return tried.find(result => 'phys' in result) ?? tried[0]!
}

/** The region of the dispatcher that `mmio_handle_access` hands an access to. */
export function handlerOf(regions: readonly MmioRegion[], { address, size }: MmioAccess): MmioRegion | undefined {
  const index = find_region(regions, address, BigInt(size))
  return index === undefined ? undefined : regions[index]
}

/** `find_region`: a binary search that expects the regions not to overlap, and finds whichever it meets if they do. */
function find_region(regions: readonly MmioRegion[], address: bigint, size: bigint): number | undefined {
  const wrap = (value: bigint): bigint => BigInt.asUintN(64, value)
  let start = 0
  let length = regions.length
  while (length > 0) {
    const index = start + Math.floor(length / 2)
    const region = regions[index] as MmioRegion
    if (address < region.start) length = index - start
    else if (wrap(region.start + region.size) < wrap(address + size)) {
      length -= index + 1 - start
      start = index + 1
    } else return index
  }
  return undefined
}

/** Removes the region that contains the byte at `start`, which need not begin there. */
export function mmio_region_unregister(hv: Hypervisor, cell: Draft<Cell>, start: bigint): void {
  const index = find_region(cell.mmio.regions, start, 1n)
  if (index !== undefined) ownRegions(hv, cell).splice(index, 1)
}
