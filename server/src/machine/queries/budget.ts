import { MEM_DMA } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { alignDown, alignUp, hasAny, isSubPage, MiB } from '../../config/ranges.ts'
import { memoize } from '../../text/memo.ts'
import { hex } from '../../text/words.ts'
import { chainOf, type PvuDevice } from '../iommu/pvu-device.ts'
import { type Cut, MAX_PVU_ENTRIES, type PvuEntry, pvu_entrylist_create } from '../iommu/pvu-entries.ts'
import { MAX_VIRTID, pvuState, virtidsOf } from '../iommu/ti-pvu.ts'
import type { Machine, Stage } from '../stage.ts'
import type { Budget, EntryBudget, PvuBudget } from './answers.ts'
import { poolBudget } from './pool-budget.ts'

/** What is used and what is left after a stage: PVU TLBs and entries, and the hypervisor's memory. */
export function budget(machine: Machine, stage: Stage): Budget {
  const { devices, count } = pvuState(stage.state)
  const cells = [machine.scenario.root.root_cell, ...machine.scenario.cells]
  return {
    pvu: devices.slice(0, count).map(device => pvuBudget(device, cells)),
    entries: entryBudgets(machine, stage),
    pool: poolBudget(machine, stage),
  }
}

/** Entries the cells of a machine need, where there is a PVU. */
export function entryBudgets({ scenario }: Machine, { state }: Stage): readonly EntryBudget[] {
  const { devices, count } = pvuState(state)
  const [first] = devices
  if (!first || count === 0) return []
  return [scenario.root.root_cell, ...scenario.cells].filter(hasDma).map(cell => entryBudget(cell, first))
}

function pvuBudget(device: PvuDevice, cells: readonly CellConfig[]): PvuBudget {
  const chainable = device.tlbs.slice(MAX_VIRTID + 1)
  const streams = Array.from({ length: MAX_VIRTID + 1 }, (_, streamId) => {
    const tlbs = chainOf(device, streamId)
    const entries = tlbs.reduce((sum, n) => sum + (device.tlbs[n]?.entries.filter(Boolean).length ?? 0), 0)
    return { streamId, owners: cells.filter(cell => virtidsOf(cell).includes(streamId)), entries, tlbs }
  })
  return {
    unit: device.unit,
    tlbs: device.num_tlbs,
    entriesPerTlb: device.num_entries,
    chainable: chainable.length,
    chained: chainable.filter(({ data }) => data !== 0).length,
    free_tlb_count: device.free_tlb_count,
    streams: streams.filter(({ tlbs, owners }) => tlbs.length > 0 || owners.length > 0),
  }
}

const isForDma = (region: MemoryRegion): boolean => hasAny(region, MEM_DMA) && !isSubPage(region)

const hasDma = (cell: CellConfig): boolean => cell.mem_regions.some(isForDma)

/** Further than this a region is not cut: it is refused anyway. */
const MAX_COUNTED = 4096

function entryBudget(cell: CellConfig, { num_entries }: PvuDevice): EntryBudget {
  const regions = cell.mem_regions
    .filter(isForDma)
    .map(regionEntries)
    .sort((a, b) => b.entries - a.entries)
  const needed = regions.reduce((sum, { entries }) => sum + entries, 0)
  return {
    cell,
    needed,
    limit: MAX_PVU_ENTRIES,
    chainPerStream: needed > 0 && num_entries > 0 ? Math.floor((needed - 1) / num_entries) : 0,
    streamIds: virtidsOf(cell),
    regions,
  }
}

const regionEntries = memoize((region: MemoryRegion): EntryBudget['regions'][number] => {
  const cut = cutOf(region)
  const reason = whyNot(cut)
  return {
    region,
    entries: cut.entries.length,
    pages: sizesOf(cut.entries),
    entriesIfAligned: isAligned(region) ? cut.entries.length : cutOf(aligned(region)).entries.length,
    ...(reason !== undefined && { reason }),
  }
})

const cutOf = (region: MemoryRegion): Cut => pvu_entrylist_create(region, MAX_COUNTED)

/** Whether its borders are multiples of 2 MiB and `virt_start` matches, so that nothing better could be made of it. */
const isAligned = ({ phys_start, virt_start, size }: MemoryRegion): boolean =>
  phys_start === virt_start && phys_start % (2n * MiB) === 0n && size % (2n * MiB) === 0n

function whyNot(cut: Cut): string | undefined {
  if (cut.kind === 'too many') return `it would take more than ${MAX_COUNTED} entries`
  if (cut.kind === 'unaligned')
    return `no PVU page size fits at virt_start ${hex(cut.virt)}, phys_start ${hex(cut.phys)}`
  return undefined
}

/** The region with its borders moved out to multiples of 2 MiB and `virt_start` to match. */
function aligned(region: MemoryRegion): MemoryRegion {
  const start = alignDown(region.phys_start, 2n * MiB)
  const size = alignUp(region.phys_start + region.size, 2n * MiB) - start
  return { ...region, phys_start: start, virt_start: start, size }
}

function sizesOf(entries: readonly PvuEntry[]): EntryBudget['regions'][number]['pages'] {
  const counts = new Map<bigint, number>()
  for (const { size } of entries) counts.set(size, (counts.get(size) ?? 0) + 1)
  return [...counts].map(([size, count]) => ({ size, count })).sort((a, b) => (a.size < b.size ? 1 : -1))
}
