import { MEM_EXECUTE, MEM_IO, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { entryOf } from '../../config/cpus.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { has, hasAny, MiB } from '../../config/ranges.ts'
import { hex } from '../../text/words.ts'
import {
  type Cell,
  type Crash,
  type Draft,
  type Failure,
  type Hypervisor,
  hang,
  type Mapping,
  refusal,
} from '../hypervisor.ts'
import {
  asMapping,
  createMapping,
  destroyMapping,
  grantOf,
  iommu_map_memory_region,
  iommu_unmap_memory_region,
  isSubpage,
  pageOf,
} from '../memory.ts'
import { emptyTables, type Level } from '../paging/page-tables.ts'
import { walk } from '../paging/runs.ts'
import { panic_park } from '../panic-park.ts'

/** `hypervisor/arch/arm-common`: what arm and arm64 share. */

/** Levels of the second stage where its walk starts at level 1, without 1 GiB blocks (`arm_s2_paging_alt`). */
export const levelsFromOne: readonly Level[] = [
  { span: 2 ** 18, leaf: false },
  { span: 2 ** 9, leaf: true },
  { span: 1, leaf: true },
]

export const faultText = 'FATAL: Unhandled HYP exception: synchronous abort from EL2'

export const parkedText = (address: bigint): string => `Unhandled data write at ${hex(address)}`

/** RAM that the author of a root lets code run from; ARM itself does not look at the flag. */
const isCodeRam = (region: MemoryRegion): boolean =>
  has(region, MEM_EXECUTE) && !hasAny(region, MEM_IO) && MiB <= region.size

/**
 * The root's kernel goes on at its own physical addresses: where all its RAM lies elsewhere the next instruction aborts,
 * where it may not be read or written the next access of the kernel does.
 */
export function frozenAtReturn({ scenario }: Hypervisor): Crash | undefined {
  const ram = scenario.root.root_cell.mem_regions.filter(isCodeRam)
  const [region] = ram
  const isMapped = (each: MemoryRegion) => each.phys_start === each.virt_start && !isSubpage(asMapping(each))
  if (!region || ram.some(each => isMapped(each) && has(each, MEM_READ | MEM_WRITE))) return undefined
  const reason = isMapped(region)
    ? 'the root may not read and write its RAM: "Unhandled data write"'
    : region.phys_start === region.virt_start
      ? 'the RAM of the root is a sub-page region, which is not mapped: "FATAL: instruction abort"'
      : 'the RAM of the root is not at its own addresses: "FATAL: instruction abort"'
  return hang('arch_handle_dabt', reason, { cell: scenario.root.root_cell, region })
}

/**
 * `arm_cpu_reset` of the first CPU; the others wait to be turned on. It fetches its first instruction where the cell begins,
 * whatever may be done there otherwise.
 */
export function reset_cpu(hv: Hypervisor, cell: Draft<Cell>): void {
  const entry = entryOf(cell.config)
  if (entry === undefined || walk(cell.mm, pageOf(entry, cell.mm.format))) return
  panic_park(hv, cell, [`FATAL: instruction abort at ${hex(entry)}`])
}

/** `arch_map_memory_region`: the IOMMU first, then the CPU table. */
export function map_memory_region(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined {
  const failure = iommu_map_memory_region(hv, cell, mapping)
  if (failure) return failure
  const noRoom = createMapping(hv, cell, mapping, grantOf(mapping))
  if (noRoom) iommu_unmap_memory_region(hv, cell, mapping)
  return noRoom
}

/** `arch_unmap_memory_region` */
export const unmap_memory_region = (hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined =>
  iommu_unmap_memory_region(hv, cell, mapping) ?? destroyMapping(hv, cell, mapping)

const rootTable = (cell: Cell) => ({ what: 'root of the second-stage page tables', cell: cell.config })

/** `arm_paging_cell_init` */
export function cell_create(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  if (cell.id > 0xff)
    return refusal('arm_paging_cell_init', 'E2BIG', `id ${cell.id} does not fit a VMID`, { cell: cell.config })
  const format = hv.arch.tableFormat(hv.hardware)
  if (!hv.pool.take(format.rootPages, rootTable(cell)))
    return refusal('arm_paging_cell_init', 'ENOMEM', 'no pages left for the root table', { cell: cell.config })
  cell.mm = emptyTables(format)
  return undefined
}

/** `arm_paging_cell_destroy`: only the root table is freed; tables that still hold something are lost. */
export function cell_destroy(hv: Hypervisor, cell: Draft<Cell>): void {
  hv.pool.give(cell.mm.format.rootPages, rootTable(cell))
  hv.pool.charge(-cell.mm.tables, { what: 'second-stage page tables', cell: cell.config })
  hv.pool.charge(cell.mm.tables, { what: `leaked: page tables of "${cell.config.name}"` })
}

/** `arm_init_early`: the tables parked CPUs run on, then the root cell's root table. */
export function arm_init_early(hv: Hypervisor, root: Draft<Cell>): Failure | undefined {
  const parking = hv.arch.tableFormat(hv.hardware).levels.length - 1
  if (!hv.pool.take(parking, { what: 'page tables of parked CPUs' }))
    return refusal('arm_init_early', 'ENOMEM', 'the page pool is used up before any region is mapped')
  return cell_create(hv, root)
}
