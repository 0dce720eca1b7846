import { MEM_COMM_REGION, MEM_LOADABLE, MEM_NO_HUGEPAGES, MEM_ROOTSHARED } from '../config/constants.ts'
import type { MemoryRegion } from '../config/model.ts'
import { hasAny, isAligned } from '../config/ranges.ts'
import { memoize } from '../text/memo.ts'
import {
  type Cell,
  crash,
  type Draft,
  type Failure,
  type Hypervisor,
  type IommuDriver,
  isFatal,
  type Mapping,
  printk,
  refusal,
  subjectOf,
  type Unit,
} from './hypervisor.ts'
import { mmio_region_register, mmio_region_unregister } from './mmio.ts'
import { overlapping } from './overlaps.ts'
import type { PoolItem } from './page-pool.ts'
import type { Grant, PageTables, TableFormat } from './paging/page-tables.ts'
import { paging_create, paging_destroy } from './paging/paging.ts'
import { isMappedIn } from './paging/runs.ts'
import { type Content, openWriter, type TableWriter } from './paging/table-writer.ts'

/** Mapping and unmapping regions: the second half of `control.c`'s helpers and `arch/arm-common/mmu_cell.c`. */

/** Page number of an address as the code's integers hold it. Most addresses fit a `number` without a detour. */
export const pageOf = (address: bigint, { addressBits }: TableFormat): number =>
  0n <= address && address < 0x1_0000_0000n
    ? Math.floor(Number(address) / 4096)
    : Number(BigInt.asUintN(addressBits, address) >> 12n)

/** Pages of `PAGE_ALIGN(size)`, which wraps to zero for sizes close to 2^64. */
export const pagesIn = (size: bigint, format: TableFormat): number => pageOf(size + 0xfffn, format)

/** Runs one change of page tables and enters what it took from or gave back to the pool. */
export function changeTables(
  hv: Hypervisor,
  before: PageTables,
  item: Omit<PoolItem, 'pages'>,
  change: (writer: TableWriter) => boolean,
): { readonly tables: PageTables; readonly done: boolean } {
  const { free } = hv.pool
  const writer = openWriter(before, hv.generation, free)
  const done = change(writer)
  hv.pool.charge(free - writer.free, item)
  return { tables: writer, done }
}

function change(hv: Hypervisor, cell: Draft<Cell>, change: (writer: TableWriter) => boolean): boolean {
  const item = { what: 'second-stage page tables', cell: cell.config }
  const { tables, done } = changeTables(hv, cell.mm, item, change)
  cell.mm = tables
  return done
}

/** The same for the hypervisor's own tables. */
export function changeHvTables(hv: Hypervisor, change: (writer: TableWriter) => boolean): boolean {
  const { tables, done } = changeTables(hv, hv.hvTables, { what: "the hypervisor's own page tables" }, change)
  hv.hvTables = tables
  return done
}

const hypervisorPages: Grant = { kind: 'device', flags: 0n }

export const hvContent = (huge: boolean): Content => ({ grant: hypervisorPages, isConstant: false, huge })

/** `paging_map_device`: a window for the hypervisor onto device registers. Answers whether there was room. */
export function paging_map_device(hv: Hypervisor, phys: bigint, size: number): boolean {
  const pages = Math.ceil(size / 4096)
  if (pages === 0 || REMAP_POOL_PAGES < hv.pool.remapUsed + pages) return false
  const format = hv.hvTables.format
  const virt = pageOf(hv.arch.remapBase, format) + hv.pool.remapUsed
  if (!changeHvTables(hv, writer => paging_create(writer, virt, pageOf(phys, format), pages, hvContent(true))))
    return false
  hv.pool.remapUsed += pages
  return true
}

const REMAP_POOL_PAGES = 4 * 4096 * 8

/** `paging_create` on a cell's tables with what the region's flags say. */
export function createMapping(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping, grant: Grant): Failure | undefined {
  const { format } = cell.mm
  const isComm = grant.kind === 'comm'
  const phys = isComm ? commPage(hv) : pageOf(mapping.phys_start, format)
  const huge = !hasAny(mapping, MEM_NO_HUGEPAGES)
  const content: Content = { grant, isConstant: false, huge }
  const virt = pageOf(mapping.virt_start, format)
  if (change(hv, cell, writer => paging_create(writer, virt, phys, pagesIn(mapping.size, format), content)))
    return undefined
  return refusal(
    'paging_create',
    'ENOMEM',
    `the page pool ran out while mapping into "${cell.config.name}"`,
    subjectOf(cell.config, mapping),
  )
}

/** `paging_destroy` on a cell's tables. */
export function destroyMapping(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined {
  const { format } = cell.mm
  const virt = pageOf(mapping.virt_start, format)
  const pages = pagesIn(mapping.size, format)
  const behind = virt + pages - 2 ** (format.addressBits - 12)
  if (0 < behind && isMappedIn(cell.mm, virt, pages - behind))
    return crash(
      'paging_destroy',
      'the region wraps at the end of all addresses: no entry lies within it, and leaves without a level below are split',
      subjectOf(cell.config, mapping),
    )
  if (change(hv, cell, writer => paging_destroy(writer, virt, pages))) return undefined
  return refusal(
    'paging_destroy',
    'ENOMEM',
    `the page pool ran out while splitting a large leaf of "${cell.config.name}"`,
    subjectOf(cell.config, mapping),
  )
}

/** Where `struct cell` and with it the communication page lies is up to the pool; an odd page behind the core stands for it. */
function commPage(hv: Hypervisor): number {
  const { phys_start } = hv.scenario.root.hypervisor_memory
  const page =
    pageOf(phys_start, hv.arch.tableFormat(hv.hardware)) + Math.floor(hv.hardware.coreSize[hv.arch.name] / 4096)
  return page + ((page + 1) % 2)
}

/** Makes every page of the range show the hypervisor's one empty page (`init_early`). */
export function mapEmptyPages(hv: Hypervisor, cell: Draft<Cell>, range: Mapping): Failure | undefined {
  const { format } = cell.mm
  const grant: Grant = { kind: 'empty', flags: range.flags }
  const content: Content = { grant, isConstant: true, huge: false }
  const page = pageOf(range.phys_start, format)
  const done = change(hv, cell, writer => paging_create(writer, page, page, pagesIn(range.size, format), content))
  return done
    ? undefined
    : refusal('paging_create', 'ENOMEM', 'the page pool ran out while hiding the hypervisor from root')
}

export const asMapping = (region: MemoryRegion): Mapping => ({
  phys_start: region.phys_start,
  virt_start: region.virt_start,
  size: region.size,
  flags: region.flags,
  region,
})

export function grantOf(mapping: Mapping): Grant {
  const { flags, region } = mapping
  const kind = hasAny(mapping, MEM_COMM_REGION) ? 'comm' : 'region'
  return region ? { kind, flags, region } : { kind, flags }
}

export const isDriver = (unit: Unit): unit is IommuDriver => 'map_memory' in unit

/** The set of units is complete before anything is mapped. */
const driversIn = memoize((units: Hypervisor['units']): readonly IommuDriver[] => [...units.keys()].filter(isDriver))

export const driversOf = (hv: Hypervisor): readonly IommuDriver[] => driversIn(hv.units)

/** `JAILHOUSE_MEMORY_IS_SUBPAGE` */
export const isSubpage = ({ virt_start, size }: Mapping): boolean => !isAligned(virt_start) || !isAligned(size)

/** `iommu_map_memory_region` */
export function iommu_map_memory_region(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined {
  for (const driver of driversOf(hv)) {
    const failure = driver.map_memory(hv, cell, mapping)
    if (failure) return failure
  }
  return undefined
}

/** `iommu_unmap_memory_region` */
export function iommu_unmap_memory_region(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined {
  for (const driver of driversOf(hv)) {
    const failure = driver.unmap_memory(hv, cell, mapping)
    if (failure) return failure
  }
  return undefined
}

/** `iommu_config_commit` */
export function iommu_config_commit(hv: Hypervisor, cell: Draft<Cell> | undefined): Failure | undefined {
  for (const driver of driversOf(hv)) {
    const failure = driver.config_commit(hv, cell)
    if (failure) return failure
  }
  return undefined
}

/** A region of a cell becomes leaves, or an entry of the MMIO dispatcher if it is not made of whole pages. */
export function mapRegion(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined {
  if (!isSubpage(mapping)) return hv.arch.map_memory_region(hv, cell, mapping)
  mmio_region_register(hv, cell, {
    start: mapping.virt_start,
    size: mapping.size,
    handler: 'subpage',
    ...(mapping.region && { region: mapping.region }),
  })
  return undefined
}

export const staysWithRoot = (region: Mapping): boolean => hasAny(region, MEM_COMM_REGION | MEM_ROOTSHARED)

export const isLoadable = (region: Mapping): boolean => hasAny(region, MEM_LOADABLE)

/** `unmap_from_root_cell`: works on virt = phys, which the root cell is trusted to have. */
export function unmap_from_root_cell(hv: Hypervisor, root: Draft<Cell>, region: Mapping): Failure | undefined {
  const copy = { ...region, virt_start: region.phys_start }
  if (!isSubpage(copy)) return hv.arch.unmap_memory_region(hv, root, copy)
  mmio_region_unregister(hv, root, copy.virt_start)
  return undefined
}

/** What of `region` lies in `rootRegion`, with the root's addresses and flags. */
function overlapWithRoot(region: Mapping, rootRegion: MemoryRegion): Mapping | undefined {
  const holds = (outer: Mapping, address: bigint): boolean =>
    outer.phys_start <= address && address < BigInt.asUintN(64, outer.phys_start + outer.size)
  const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)
  const inRoot = holds(rootRegion, region.phys_start)
  if (!inRoot && !holds(region, rootRegion.phys_start)) return undefined
  const [inner, outer] = inRoot ? [region, rootRegion] : [rootRegion, region]
  const phys_start = inner.phys_start
  return {
    phys_start,
    virt_start: BigInt.asUintN(64, rootRegion.virt_start + phys_start - rootRegion.phys_start),
    size: smaller(outer.size - (phys_start - outer.phys_start), inner.size),
    flags: rootRegion.flags,
    region: rootRegion,
  }
}

/**
 * `remap_to_root_cell`: gives the root cell back what its own regions cover, under its own flags. The last region's
 * error is the answer; unless it aborts, earlier ones only show on the console.
 */
export function remap_to_root_cell(
  hv: Hypervisor,
  root: Draft<Cell>,
  region: Mapping,
  mode: 'abort' | 'warn',
): Failure | undefined {
  let failure: Failure | undefined
  for (const rootRegion of overlapping(root.config.mem_regions, region)) {
    const overlap = overlapWithRoot(region, rootRegion)
    if (!overlap) continue
    if (hv.remapsLeft-- <= 0) return tooManyOverlaps(region)
    failure = remapPart(hv, root, overlap)
    if (isFatal(failure) || (failure && mode === 'abort')) return failure
    if (failure)
      printk(hv, 'remap-failed', 'WARNING: Failed to re-assign memory region to root cell', {
        cell: root.config,
        ...(region.region && { region: region.region }),
      })
  }
  return failure
}

/** Thousands of regions over each other are thousands squared of overlaps, and no sensible configuration. */
const tooManyOverlaps = ({ region }: Mapping): Failure => ({
  kind: 'crashed',
  isGivenUp: true,
  by: 'remap_to_root_cell',
  reason: 'so many regions lie over each other that what follows is not simulated',
  ...(region && { region }),
})

function remapPart(hv: Hypervisor, root: Draft<Cell>, overlap: Mapping): Failure | undefined {
  if (!isSubpage(overlap)) return hv.arch.map_memory_region(hv, root, overlap)
  const { virt_start: start, size, region } = overlap
  mmio_region_register(hv, root, { start, size, handler: 'subpage', isDangling: true, ...(region && { region }) })
  return undefined
}
