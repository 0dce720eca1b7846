import type { Range } from '../text/range-set.ts'
import type { MemoryRegion } from './model.ts'

export { contains, overlap, type Range } from '../text/range-set.ts'

export const KiB = 1024n
export const MiB = 1024n * KiB
export const GiB = 1024n * MiB
export const PAGE_SIZE = 4n * KiB

export const rangeOf = (start: bigint, size: bigint): Range => ({ start, end: start + size })

/** Where a region lies in the machine. */
export const phys = (region: MemoryRegion): Range => rangeOf(region.phys_start, region.size)

/** Where the cell sees a region. */
export const virt = (region: MemoryRegion): Range => rangeOf(region.virt_start, region.size)

export const sizeOfRange = ({ start, end }: Range): bigint => end - start

export const isAligned = (address: bigint, to: bigint = PAGE_SIZE): boolean => address % to === 0n

export const alignDown = (address: bigint, to: bigint = PAGE_SIZE): bigint => address - (address % to)

export const alignUp = (address: bigint, to: bigint = PAGE_SIZE): bigint => alignDown(address + to - 1n, to)

/** `JAILHOUSE_MEMORY_IS_SUBPAGE`: such a region is emulated access by access. `phys_start` is not part of the test. */
export const isSubPage = (region: MemoryRegion): boolean => !isAligned(region.virt_start) || !isAligned(region.size)

/** Whether all of `flags` are set. */
export const has = (region: { readonly flags: bigint }, flags: bigint): boolean => (region.flags & flags) === flags

/** Whether any of `flags` is set. */
export const hasAny = (region: { readonly flags: bigint }, flags: bigint): boolean => (region.flags & flags) !== 0n
