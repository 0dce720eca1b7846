import { MEM_EXECUTE, MEM_LOADABLE, MEM_READ, MEM_WRITE } from './constants.ts'
import { entryOf } from './cpus.ts'
import type { CellConfig, MemoryRegion } from './model.ts'
import { has, hasAny, isSubPage, virt } from './ranges.ts'

/** `MEM_REQ_FLAGS` of `driver/cell.c`. */
const takesImages = (region: MemoryRegion): boolean => has(region, MEM_LOADABLE | MEM_WRITE) && region.size > 0n

/** The region in which the first CPU of a cell begins, as the last one mapped there. */
export function entryRegionOf(cell: CellConfig): MemoryRegion | undefined {
  const entry = entryOf(cell)
  if (entry === undefined) return undefined
  return cell.mem_regions.findLast(
    region => virt(region).start <= entry && entry < virt(region).end && !isSubPage(region),
  )
}

/**
 * Where `jailhouse cell load` copies an image to: the region in which the cell begins, or the first one that takes images.
 * Undefined where it refuses any; `none` where the code lies in memory that is not to be written, and nothing is loaded.
 */
export function imageRegionOf(cell: CellConfig): MemoryRegion | 'none' | undefined {
  const entry = entryRegionOf(cell)
  if (entry && takesImages(entry)) return entry
  const found = cell.mem_regions.find(takesImages)
  if (found || cell.incomplete.has('mem_regions') || cell.mem_regions.length === 0) return found ?? 'none'
  return entry && has(entry, MEM_READ | MEM_EXECUTE) && !hasAny(entry, MEM_WRITE | MEM_LOADABLE) ? 'none' : undefined
}
