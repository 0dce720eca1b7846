import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import type { Range } from '../../config/ranges.ts'
import type { Words } from '../../text/message.ts'
import type { ConsoleLine, Refusal } from '../hypervisor.ts'
import type { PoolItem } from '../page-pool.ts'
import type { Stage } from '../stage.ts'

/** The answers to questions about a machine: plain data, nothing to call. */

/** How a CPU or device may use memory. */
export interface Access {
  readonly read: boolean
  readonly write: boolean
  readonly execute: boolean
  /** Device memory rather than normal memory (arm, arm64). */
  readonly device: boolean
}

/** The CPUs of `cell` see `phys` at `virt`. */
export interface CpuReach {
  readonly cell: CellConfig
  readonly phys: Range
  readonly virt: bigint
  readonly access: Access
  /** Region whose mapping grants it; absent for pages of the hypervisor. */
  readonly grantedBy?: MemoryRegion
  /** Number of leaves in this range by size, largest first; empty where accesses trap. */
  readonly leaves: readonly { readonly size: bigint; readonly count: number }[]
  /** Set where there is no leaf and the MMIO dispatcher emulates the access. */
  readonly trapsTo?: string
}

/** A device reaches `phys` at `virt`. */
export interface DmaReach {
  /** Position in `iommu_units`; absent where no unit stands in between. */
  readonly unit?: number
  readonly driver: string
  /** E.g. `stream 3`, or `every device` where nothing restricts them. */
  readonly device: string
  readonly streamId?: number
  readonly owners: readonly CellConfig[]
  readonly phys: Range
  readonly virt: bigint
  readonly read: boolean
  readonly write: boolean
  readonly grantedBy?: MemoryRegion
  /** `entries` of the unit's own, page `tables`, `bypass`, or `unrestricted` without any IOMMU. */
  readonly through: 'entries' | 'tables' | 'bypass' | 'unrestricted'
  /** Page sizes of the entries in this range, largest first (`entries` only). */
  readonly pages: readonly { readonly size: bigint; readonly count: number }[]
  /** TLBs in chain order (PVU only). */
  readonly tlbs: readonly number[]
}

/** One stage of a region's life. */
export interface RegionAtStage {
  readonly stage: Stage
  readonly cpu: readonly CpuReach[]
  readonly dma: readonly DmaReach[]
  /** Why CPUs of the region's own cell do not reach (all of) it, in one sentence. */
  readonly notInCpuReason?: string
  /** Why no stream of the region's own cell reaches (all of) it, in one sentence. */
  readonly notInDmaReason?: string
}

/** Everyone who reaches one address at one stage. */
export interface Reachers {
  readonly cpu: readonly CpuReach[]
  readonly dma: readonly DmaReach[]
}

/** What one command changed. */
export interface StageDiff {
  readonly cpu: readonly CpuChange[]
  readonly dma: readonly DmaChange[]
  /** Pages of the pool taken (or, negative, given back). */
  readonly poolPages: number
}

export interface CpuChange {
  readonly kind: 'gained' | 'lost'
  readonly cell: CellConfig
  readonly phys: Range
  readonly virt: bigint
  readonly grantedBy?: MemoryRegion
}

export interface DmaChange {
  readonly kind: 'gained' | 'lost'
  readonly unit: number
  readonly device: string
  readonly streamId?: number
  readonly owners: readonly CellConfig[]
  readonly phys: Range
  readonly virt: bigint
  readonly grantedBy?: MemoryRegion
}

/** What is used up and what is left. */
export interface Budget {
  readonly pvu: readonly PvuBudget[]
  /** Per cell with regions for DMA on a PVU: entries its regions need, costliest first. */
  readonly entries: readonly EntryBudget[]
  readonly pool: PoolBudget
}

export interface PvuBudget {
  /** Position in `iommu_units`. */
  readonly unit: number
  readonly tlbs: number
  readonly entriesPerTlb: number
  /** TLBs that may be chained, and how many of them are in use. */
  readonly chainable: number
  readonly chained: number
  /** What the driver believes to be free; drifts upwards with every cell that is destroyed. */
  readonly free_tlb_count: number
  readonly streams: readonly {
    readonly streamId: number
    readonly owners: readonly CellConfig[]
    readonly entries: number
    readonly tlbs: readonly number[]
  }[]
}

export interface EntryBudget {
  readonly cell: CellConfig
  /** Entries all regions with DMA need, of at most `limit`. */
  readonly needed: number
  readonly limit: number
  /** TLBs to be chained for each stream ID, and the IDs of the cell the PVU knows. */
  readonly chainPerStream: number
  readonly streamIds: readonly number[]
  readonly regions: readonly {
    readonly region: MemoryRegion
    readonly entries: number
    readonly pages: readonly { readonly size: bigint; readonly count: number }[]
    /** Entries with `virt_start - phys_start` and the borders on multiples of 2 MiB: what alignment would save. */
    readonly entriesIfAligned: number
    /** Why the region cannot be entered at all. */
    readonly reason?: string
  }[]
}

export interface PoolBudget {
  readonly pages: number
  /** Pages the allocator can really hand out. */
  readonly usable: number
  readonly used: number
  readonly left: number
  readonly items: readonly PoolItem[]
  /** Regions of live cells by the page tables they cost, costliest first, at most sixteen. */
  readonly regions: readonly RegionCost[]
  /** Set where a command ran out of pages. */
  readonly ranOut?: { readonly stage: Stage; readonly refusal: Refusal }
}

export interface RegionCost {
  readonly cell: CellConfig
  readonly region: MemoryRegion
  /** Tables that exist in the cell's own page tables because of this region. */
  readonly tables: number
  /** The same if `virt_start` were congruent to `phys_start` modulo the largest leaf and large leaves were allowed. */
  readonly tablesIfAligned: number
  /** Tables the root cell needed when this region was taken out of its larger leaves. */
  readonly splits: number
}

/** Memory of a cell that someone else's CPUs or devices can still reach. */
export interface ResidualAccess {
  readonly stage: Stage
  readonly owner: CellConfig
  readonly region: MemoryRegion
  readonly phys: Range
  readonly actor:
    | { readonly kind: 'cpu'; readonly cell: CellConfig }
    | {
        readonly kind: 'dma'
        readonly owners: readonly CellConfig[]
        readonly driver: string
        readonly device: string
        readonly unit?: number
        readonly streamId?: number
        readonly through: DmaReach['through']
      }
  readonly write: boolean
  readonly grantedBy?: MemoryRegion
}

/** A console line and what it means here. */
export interface LineMeaning {
  readonly line: ConsoleLine
  /** `serious`: something was lost or will fail. `harmless`: printed although nothing is wrong. */
  readonly weight: 'serious' | 'harmless' | 'progress'
  readonly meaning: Words
}
