import { MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { hasAny } from '../../config/ranges.ts'
import { handlerOf, type MmioAccess, mmio_handle_subpage } from '../mmio.ts'
import { walk } from '../paging/runs.ts'
import type { Reaching } from './reach.ts'

/** Accesses of CPUs, one by one: what `cpuReachOf` says of ranges is true of some access at least. */

export type AccessOutcome =
  /** Memory or registers at an address of the machine. */
  | { readonly kind: 'reaches'; readonly phys: bigint }
  /** By a unit of the hypervisor, or by a handler whose argument is gone. */
  | { readonly kind: 'emulated' | 'dangling'; readonly by: string }
  /** The CPU is parked; what the console says of it, where a handler says so. */
  | { readonly kind: 'parked'; readonly printed?: string }

/** What comes of one access: the tables first, then the dispatcher (`arch_handle_dabt`, `vcpu_handle_mmio_access`). */
export function playAccess({ mm, mmio }: Reaching, access: MmioAccess): AccessOutcome {
  const { address, isWrite } = access
  const mapped = walk(mm, Number(address >> 12n))
  if (mapped && hasAny(mapped.leaf.grant, isWrite ? MEM_WRITE : MEM_READ))
    return { kind: 'reaches', phys: BigInt(mapped.phys) * 4096n + (address % 4096n) }
  const found = handlerOf(mmio.regions, access)
  if (!found) return { kind: 'parked' }
  const { handler, region, isDangling } = found
  if (handler !== 'subpage' || !region || isDangling) return { kind: isDangling ? 'dangling' : 'emulated', by: handler }
  const result = mmio_handle_subpage({ ...region, virt_start: found.start }, access)
  return 'phys' in result ? { kind: 'reaches', phys: result.phys } : { kind: 'parked', ...result }
}
