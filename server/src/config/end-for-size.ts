import { commentOf, rangeInComment } from './comment-name.ts'
import { MEM_COMM_REGION, MEM_EXECUTE } from './constants.ts'
import type { IommuUnit, MemoryRegion } from './model.ts'
import { GiB, hasAny, MiB, phys } from './ranges.ts'

/** Below this, whole banks of devices and RAM are as large as their address. */
const LOWEST = 16n * MiB

/**
 * Whether a size looks like an end address: it is a little more than the address, as an end is and no region of
 * upstream; half of memory may be as large as it is high, and RAM above 4 GiB as what lies below.
 */
export const sizeIsEnd = (region: MemoryRegion): boolean =>
  LOWEST <= region.phys_start &&
  region.phys_start < region.size &&
  region.size - region.phys_start <= region.phys_start / 8n &&
  !isPowerOfTwo(region.size) &&
  !isStated(region) &&
  !(region.phys_start === 4n * GiB && hasAny(region, MEM_EXECUTE)) &&
  !hasAny(region, MEM_COMM_REGION)

/** Whether the comment of a region states the same range. */
function isStated(region: MemoryRegion): boolean {
  const stated = rangeInComment(commentOf(region) ?? '')
  return stated?.start === region.phys_start && stated.last + 1n === phys(region).end
}

/** No IOMMU has so many registers. */
export const unitSizeIsEnd = ({ base, size }: IommuUnit): boolean => base !== 0n && LOWEST < BigInt(size)

const isPowerOfTwo = (size: bigint): boolean => (size & (size - 1n)) === 0n
