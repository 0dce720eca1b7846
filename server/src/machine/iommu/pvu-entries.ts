import { MEM_EXECUTE, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { GiB, hasAny, KiB, MiB } from '../../config/ranges.ts'
import type { Mapping } from '../hypervisor.ts'

/** Page sizes of a TI PVU, by the code that goes into an entry. */
export const PVU_PAGE_SIZES: readonly bigint[] = [
  4n * KiB,
  16n * KiB,
  64n * KiB,
  2n * MiB,
  32n * MiB,
  512n * MiB,
  GiB,
  16n * GiB,
]

/** Entries a cell can list: one page of `struct pvu_tlb_entry`. */
export const MAX_PVU_ENTRIES = 128

/** `struct pvu_tlb_entry` */
export interface PvuEntry {
  readonly virt_addr: bigint
  readonly phys_addr: bigint
  readonly size: bigint
  readonly flags: number
  readonly region?: MemoryRegion
}

export type Cut =
  | { readonly kind: 'fits'; readonly entries: readonly PvuEntry[] }
  | { readonly kind: 'too many'; readonly entries: readonly PvuEntry[] }
  /** No page size fits at `virt`, `phys`. */
  | { readonly kind: 'unaligned'; readonly entries: readonly PvuEntry[]; readonly virt: bigint; readonly phys: bigint }

const largestFirst: readonly bigint[] = [...PVU_PAGE_SIZES].reverse()

/** Bits of the largest size: two addresses are multiples of a size if what they have in these is. */
const SIZE_BITS = 34

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value)

/** `pvu_entrylist_create`: greedy, largest page first. The size is signed, so 2^63 and more is nothing at all. */
export function pvu_entrylist_create(mapping: Mapping, limit: number): Cut {
  const { flags, region } = { flags: entryFlags(mapping), region: mapping.region }
  const entries: PvuEntry[] = []
  let virt = mapping.virt_start
  let phys = mapping.phys_start
  let left = BigInt.asIntN(64, mapping.size)
  while (left > 0n) {
    if (entries.length === limit) return { kind: 'too many', entries }
    const below = Number(BigInt.asUintN(SIZE_BITS, virt | phys))
    const size = largestFirst.find(page => page <= left && below % Number(page) === 0)
    if (size === undefined) return { kind: 'unaligned', entries, virt, phys }
    entries.push({ virt_addr: virt, phys_addr: phys, size, flags, ...(region && { region }) })
    virt = u64(virt + size)
    phys = u64(phys + size)
    left -= size
  }
  return { kind: 'fits', entries }
}

const PERM_READ = 0x9000
const PERM_WRITE = 0x4800
const PERM_EXECUTE = 0x2400
/** Write-through, outer shareable, whatever the region says. */
const ATTRIBUTES = 0x210

/** User and supervisor get the same permissions. */
function entryFlags(mapping: Mapping): number {
  const read = hasAny(mapping, MEM_READ) ? PERM_READ : 0
  const write = hasAny(mapping, MEM_WRITE) ? PERM_WRITE : 0
  const execute = hasAny(mapping, MEM_EXECUTE) ? PERM_EXECUTE : 0
  return read | write | execute | ATTRIBUTES
}

export const mayRead = ({ flags }: { readonly flags: number }): boolean => (flags & PERM_READ) !== 0
export const mayWrite = ({ flags }: { readonly flags: number }): boolean => (flags & PERM_WRITE) !== 0

/** `pvu_entrylist_sort`: descending size by exchange, which is not stable. */
export function pvu_entrylist_sort(entries: readonly PvuEntry[]): readonly PvuEntry[] {
  const sorted = [...entries]
  const sizes = sorted.map(({ size }) => Number(size))
  for (let i = 0; i < sorted.length; i++)
    for (let j = i; j < sorted.length; j++)
      if ((sizes[i] as number) < (sizes[j] as number)) for (const list of [sorted, sizes]) exchange(list, i, j)
  return sorted
}

function exchange(list: unknown[], i: number, j: number): void {
  const first = list[i]
  list[i] = list[j]
  list[j] = first
}
