import { humanSize } from '../text/words.ts'

/** `1×1 GiB, 1×512 MiB` */
export function pageSizes(pages: readonly { readonly size: bigint; readonly count: number }[]): string {
  const totals = new Map<bigint, number>()
  for (const { size, count } of pages) totals.set(size, (totals.get(size) ?? 0) + count)
  return [...totals]
    .toSorted(([a], [b]) => (a < b ? 1 : -1))
    .map(([size, count]) => `${count}×${humanSize(size)}`)
    .join(', ')
}
