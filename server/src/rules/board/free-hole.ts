import { MiB, overlap, type Range, rangeOf } from '../../config/ranges.ts'

/** A hole of `size` below 4 GiB that nothing is known to be in, at a multiple of 1 MiB. */
export function freeHole(taken: readonly Range[], size: bigint): bigint | undefined {
  const sorted = taken.toSorted((a, b) => (a.start < b.start ? -1 : 1))
  let at = 0x1000000n
  for (const range of [...sorted, rangeOf(1n << 32n, 1n)]) {
    if (at + size <= range.start) return at
    if (at < range.end) at = range.end + ((MiB - (range.end % MiB)) % MiB)
  }
  return sorted.some(range => overlap(range, rangeOf(at, size))) || 1n << 32n < at + size ? undefined : at
}
