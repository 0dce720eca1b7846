import { hex } from '../../text/words.ts'
import { type Cell, type Draft, type Failure, type Hypervisor, type Mapping, refusal } from '../hypervisor.ts'
import {
  createMapping,
  destroyMapping,
  grantOf,
  iommu_map_memory_region,
  iommu_unmap_memory_region,
} from '../memory.ts'
import { emptyTables, type Level } from '../paging/page-tables.ts'

/** `hypervisor/arch/arm-common`: what arm and arm64 share. */

/** Levels of the second stage where its walk starts at level 1, without 1 GiB blocks (`arm_s2_paging_alt`). */
export const levelsFromOne: readonly Level[] = [
  { span: 2 ** 18, leaf: false },
  { span: 2 ** 9, leaf: true },
  { span: 1, leaf: true },
]

export const faultText = 'FATAL: Unhandled HYP exception: synchronous abort from EL2'

export const parkedText = (address: bigint): string => `Unhandled data write at ${hex(address)}`

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
