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
