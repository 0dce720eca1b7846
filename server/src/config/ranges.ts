import type { MemoryRegion } from './model.ts'

/** The half-open range of addresses `[start, end)`. */
export interface Range {
  readonly start: bigint
  readonly end: bigint
}

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

/** What two ranges share, unless it is empty. */
export const overlap = (a: Range, b: Range): Range | undefined => {
  const start = a.start < b.start ? b.start : a.start
  const end = a.end < b.end ? a.end : b.end
  return start < end ? { start, end } : undefined
}

export const contains = (outer: Range, inner: Range): boolean => outer.start <= inner.start && inner.end <= outer.end

/** What remains of a range without a hole in it: none, one or two ranges. */
export const without = (range: Range, hole: Range): readonly Range[] =>
  [
    { start: range.start, end: hole.start < range.end ? hole.start : range.end },
    { start: hole.end < range.start ? range.start : hole.end, end: range.end },
  ].filter(({ start, end }) => start < end)

export const isAligned = (address: bigint, to: bigint = PAGE_SIZE): boolean => address % to === 0n

export const alignDown = (address: bigint, to: bigint = PAGE_SIZE): bigint => address - (address % to)

export const alignUp = (address: bigint, to: bigint = PAGE_SIZE): bigint => alignDown(address + to - 1n, to)

/** `JAILHOUSE_MEMORY_IS_SUBPAGE`: such a region is emulated access by access. `phys_start` is not part of the test. */
export const isSubPage = (region: MemoryRegion): boolean => !isAligned(region.virt_start) || !isAligned(region.size)

/** Whether all of `flags` are set. */
export const has = (region: { readonly flags: bigint }, flags: bigint): boolean => (region.flags & flags) === flags

/** Whether any of `flags` is set. */
export const hasAny = (region: { readonly flags: bigint }, flags: bigint): boolean => (region.flags & flags) !== 0n
