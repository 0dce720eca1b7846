import type { Hardware } from '../hardware.ts'
import {
  type Arch,
  type Cell,
  type Draft,
  type Failure,
  type Hypervisor,
  type Mapping,
  refusal,
  type Unit,
} from '../hypervisor.ts'
import { tiPvu } from '../iommu/ti-pvu.ts'
import {
  changeHvTables,
  createMapping,
  destroyMapping,
  driversOf,
  grantOf,
  hvContent,
  iommuMap,
  iommuUnmap,
  pageOf,
} from '../memory.ts'
import { emptyTables, type Level, type TableFormat } from '../paging/page-tables.ts'
import { pagingCreate } from '../paging/paging.ts'
import { irqchip } from '../units/irqchip.ts'
import { pci } from '../units/pci.ts'

/** `hypervisor/arch/arm64` with what it shares with arm in `arch/arm-common`. */

const L0: Level = { span: 2 ** 27, leaf: false }
const L1: Level = { span: 2 ** 18, leaf: true }
const L1_ROOT: Level = { span: 2 ** 18, leaf: false }
const L2: Level = { span: 2 ** 9, leaf: true }
const L3: Level = { span: 1, leaf: true }

const fourLevels: TableFormat = {
  levels: [L0, L1, L2, L3],
  rootEntries: 512,
  rootPages: 1,
  physPages: 2 ** 36,
  addressBits: 64,
}

/** `arm_s2_paging_alt`: below 44 bits the walk starts at level 1, in concatenated tables and without 1 GiB blocks. */
const threeLevels = (parange: number): TableFormat => {
  const rootPages = parange > 39 ? 2 ** (parange - 39) : 1
  return { ...fourLevels, levels: [L1_ROOT, L2, L3], rootEntries: 512 * rootPages, rootPages }
}

export const tableFormat = ({ cpuParange }: Hardware): TableFormat =>
  44 <= cpuParange ? fourLevels : threeLevels(cpuParange)

/** `arch_map_memory_region`: the IOMMU first, then the CPU table. */
function map_memory_region(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined {
  const failure = iommuMap(hv, cell, mapping)
  if (failure) return failure
  const noRoom = createMapping(hv, cell, mapping, grantOf(mapping))
  if (noRoom) iommuUnmap(hv, cell, mapping)
  return noRoom
}

/** `arch_unmap_memory_region` */
const unmap_memory_region = (hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined =>
  iommuUnmap(hv, cell, mapping) ?? destroyMapping(hv, cell, mapping)

/** `arm_paging_cell_init` */
function cell_create(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  if (cell.id > 0xff)
    return refusal('arm_paging_cell_init', 'E2BIG', `id ${cell.id} does not fit a VMID`, { cell: cell.config })
  const format = tableFormat(hv.hardware)
  if (!hv.pool.take(format.rootPages, rootTable(cell)))
    return refusal('arm_paging_cell_init', 'ENOMEM', 'no pages left for the root table', { cell: cell.config })
  cell.mm = emptyTables(format)
  return undefined
}

const rootTable = (cell: Cell) => ({ what: 'root of the second-stage page tables', cell: cell.config })

/** `arm_paging_cell_destroy`: only the root table is freed; tables that still hold something are lost. */
function cell_destroy(hv: Hypervisor, cell: Draft<Cell>): void {
  hv.pool.give(cell.mm.format.rootPages, rootTable(cell))
  hv.pool.charge(-cell.mm.tables, { what: 'second-stage page tables', cell: cell.config })
  hv.pool.charge(cell.mm.tables, { what: `lost: page tables of "${cell.config.name}"` })
}

/** `arch_init_early`: the trampoline page under its own address, the parking tables, the root cell's root table. */
function init_early(hv: Hypervisor, root: Draft<Cell>): Failure | undefined {
  const format = tableFormat(hv.hardware)
  const trampoline = pageOf(hv.scenario.root.hypervisor_memory.phys_start, fourLevels)
  const isMapped = changeHvTables(hv, edit => pagingCreate(edit, trampoline, trampoline, 1, hvContent(false)))
  if (!isMapped || !hv.pool.take(format.levels.length - 1, { what: 'page tables of parked CPUs' }))
    return refusal('arch_init_early', 'ENOMEM', 'the page pool is used up before any region is mapped')
  return cell_create(hv, root)
}

/** `arch_config_commit` */
function config_commit(hv: Hypervisor, cell: Draft<Cell> | undefined): Failure | undefined {
  for (const driver of driversOf(hv)) {
    const failure = driver.config_commit(hv, cell)
    if (failure) return failure
  }
  return undefined
}

const units: readonly Unit[] = [irqchip, tiPvu, pci]

export const arm64: Arch = {
  name: 'arm64',
  units: () => units,
  tableFormat,
  hvTableFormat: fourLevels,
  jailhouseBase: 0xffffc0200000n,
  remapBase: 0xff8000000000n,
  cellPages: 2,
  percpuPages: 4,
  mmioEntrySize: 32,
  smallCpuSet: 8,
  pagesPerOnlineCpu: 3,
  init_early,
  cell_create,
  cell_destroy,
  map_memory_region,
  unmap_memory_region,
  config_commit,
}
