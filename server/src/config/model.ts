import type { ArrayValue, StructValue } from '../c/values/value.ts'
import type { Origin } from '../text/origin.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import type { ArrayEntry, ArrayName } from './arrays.ts'
import type { Header } from './header.ts'

/**
 * The structs of `cell-config.h` as a configuration fills them, under the header's names, whatever the revision.
 * Addresses, sizes, flags and masks of 64 bits are `bigint`; fields of up to 32 bits are `number`.
 */

/** Something evaluated from a struct of the file; `source` is absent for values made by a program. */
export interface Located {
  readonly source?: StructValue
}

/** `[phys_start, phys_start + size)` of the machine, seen by the cell at `virt_start`. */
export interface MemoryRegion extends Located {
  /** Position in `mem_regions`. */
  readonly index: number
  readonly phys_start: bigint
  readonly virt_start: bigint
  readonly size: bigint
  readonly flags: bigint
}

export interface CacheRegion extends Located {
  readonly index: number
  readonly start: number
  readonly size: number
  readonly type: number
  readonly flags: number
}

export interface Irqchip extends Located {
  readonly index: number
  readonly address: bigint
  readonly id: number
  readonly pin_base: number
  /** Words of 32 pins each, four in upstream's header, pin `pin_base` in bit 0 of the first. */
  readonly pin_bitmap: readonly number[]
}

/** I/O ports `[base, base + length)`. */
export interface PioRegion extends Located {
  readonly index: number
  readonly base: number
  readonly length: number
}

/**
 * What only some revisions declare is undefined where the header in use has no such field: the shared memory of a
 * device is `shmem_region` until revision 12a, and its sections from `shmem_regions_start` on since 12b.
 */
export interface PciDevice extends Located {
  readonly index: number
  readonly type: number
  readonly iommu: number
  readonly domain: number
  readonly bdf: number
  readonly bar_mask: readonly number[]
  readonly caps_start: number
  readonly num_caps: number
  readonly num_msi_vectors: number
  readonly msi_64bits: number
  readonly msi_maskable: number
  readonly num_msix_vectors: number
  readonly msix_region_size: number
  readonly msix_address: bigint
  readonly shmem_region: number | undefined
  readonly shmem_regions_start: number | undefined
  readonly shmem_dev_id: number | undefined
  readonly shmem_peers: number | undefined
  readonly shmem_protocol: number | undefined
}

export interface PciCapability extends Located {
  readonly index: number
  readonly id: number
  readonly start: number
  readonly len: number
  readonly flags: number
}

/** One 32-bit word; an MMU-500 reads the low half as `id` and the high half as `mask_out`. */
export interface StreamId extends Located {
  readonly index: number
  readonly id: number
  /** Where the value is written, also when the element is no struct. */
  readonly origin?: Origin
}

export interface Console extends Located {
  readonly address: bigint
  readonly size: number
  readonly type: number
  /** Before revision 10, the type among its flags: a number of the header's own; 0 is none. */
  readonly ownType?: number
  readonly flags: number
  readonly divider: number
  readonly gate_nr: number
  readonly clock_reg: bigint
}

export interface IommuUnit extends Located {
  readonly index: number
  readonly type: number
  readonly base: bigint
  readonly size: number
  readonly amd: {
    /** Undefined where the header has no field for it. */
    readonly bdf: number | undefined
    readonly base_cap: number | undefined
    readonly msi_cap: number
    readonly features: number
  }
  readonly tipvu: { readonly tlb_base: bigint; readonly tlb_size: number }
}

export interface PlatformInfo extends Located {
  /** It has a member that the header does not declare: nothing can be said to be missing from it. */
  readonly isIncomplete: boolean
  readonly pci_mmconfig_base: bigint
  readonly pci_mmconfig_end_bus: number
  readonly pci_is_virtual: number | undefined
  readonly pci_domain: number | undefined
  /** Always eight; units of type 0 and base 0 are empty slots. */
  readonly iommu_units: readonly IommuUnit[]
  readonly x86: X86Platform
  /** The first headers describe no ARM machine: their hypervisor was built for one. */
  readonly arm: ArmPlatform | undefined
}

export interface X86Platform extends Located {
  readonly pm_timer_address: number
  readonly apic_mode: number | undefined
  readonly vtd_interrupt_limit: number | undefined
  readonly tsc_khz: number | undefined
  readonly apic_khz: number | undefined
}

export interface ArmPlatform extends Located {
  readonly maintenance_irq: number
  readonly gic_version: number | undefined
  readonly gicd_base: bigint
  readonly gicc_base: bigint
  readonly gich_base: bigint
  readonly gicv_base: bigint
  readonly gicr_base: bigint
}

export type Architecture = 'x86' | 'arm' | 'arm64'

/** For which machine a configuration is taken to be made, and why. */
export interface ArchitectureChoice {
  readonly architecture: Architecture | undefined
  /** Its field; what else is written in it; its root; the folder it lies in; or a field that reads as 0. */
  readonly by: 'field' | 'contents' | 'root' | 'folder' | 'nothing'
  /** What its contents leave open. */
  readonly candidates: readonly Architecture[]
  /** What its field says, where all the rest contradicts it. */
  readonly stated?: Architecture
  /** The name of an architecture that only a fork knows. */
  readonly foreign?: string
}

export type { ArrayName } from './arrays.ts'

/** What only some revisions count is undefined where the header in use has no such field. */
export interface Counts {
  readonly cpu_set_size: number | undefined
  readonly num_memory_regions: number
  readonly num_cache_regions: number | undefined
  readonly num_irqchips: number
  readonly num_pio_regions: number | undefined
  readonly num_pci_devices: number
  readonly num_pci_caps: number
  readonly num_stream_ids: number | undefined
}

/** An array of the file as declared: how long, how far initialised, and where. */
export interface DeclaredArray {
  /** What the header says of it. */
  readonly entry: ArrayEntry
  /** Undefined for an array that a fork added: it is read by its own count, and not simulated. */
  readonly name: ArrayName | undefined
  /** Its name in this file, e.g. `mem_regions`. */
  readonly member: string
  /** Elements declared, and elements the initializer reaches. */
  readonly length: number
  readonly initialised: number
  /** What the count field says, in the count's own unit (bytes for `cpu_set_size`, elements otherwise). */
  readonly counted: number
  /** Bytes of one element. */
  readonly elementSize: number
  /** Name of the member's declaration, and the text of its length. */
  readonly declaredAt: Origin
  readonly lengthAt?: Origin
  readonly value: ArrayValue
}

/** Something the header in use declares and the simulation does not know, where the configuration uses it. */
export interface NotSimulated {
  /** An array's member or a flag, by the header's name. */
  readonly what: string
  readonly origin?: Origin
  /** Why, where it is not that only a fork knows it. */
  readonly reason?: string
}

/** A value that could not be read; whatever holds it is left out of the model and was reported once. */
export interface Unread {
  /** E.g. `mem_regions[3].size`. */
  readonly path: string
  readonly reason: string
  readonly origin?: Origin
}

/** `struct jailhouse_cell_desc` and the arrays behind it. */
export interface CellConfig extends Located {
  readonly kind: 'cell'
  readonly file: SourceFile
  /** The `cell_desc` of a `struct jailhouse_system`. */
  readonly isRoot: boolean
  readonly architecture: Architecture | undefined
  readonly architectureChoice: ArchitectureChoice
  readonly revision: number | undefined
  readonly signature: string | undefined
  readonly name: string
  readonly id: number
  readonly flags: number
  readonly counts: Counts
  readonly vpci_irq_base: number | undefined
  readonly cpu_reset_address: bigint | undefined
  readonly msg_reply_timeout: bigint | undefined
  readonly console: Console
  /** CPU numbers in `cpus`, ascending. */
  readonly cpus: readonly number[]
  readonly mem_regions: readonly MemoryRegion[]
  readonly cache_regions: readonly CacheRegion[]
  readonly irqchips: readonly Irqchip[]
  readonly pio_regions: readonly PioRegion[]
  readonly pci_devices: readonly PciDevice[]
  readonly pci_caps: readonly PciCapability[]
  readonly stream_ids: readonly StreamId[]
  readonly arrays: readonly DeclaredArray[]
  readonly unread: readonly Unread[]
  readonly notSimulated: readonly NotSimulated[]
  /** Arrays of which not every element is in the model: that something is missing from them cannot be said. */
  readonly incomplete: ReadonlySet<ArrayName>
  readonly header: Header
  /** The struct holding descriptor and arrays, and the whole object's bytes in a `.cell`. */
  readonly whole?: StructValue
  /** Its declaration, where the file holds further configurations, each in a section of its own. */
  readonly extent?: Span
  /** What the hypervisor reads instead, where counts and arrays disagree. */
  readonly asRead?: CellConfig
  /** The first counted element that does not lie within the bytes of the configuration, e.g. `mem_regions[9]`. */
  readonly behindEnd?: string
}

/** `struct jailhouse_system`: the root cell's own descriptor is `root_cell`. */
export interface SystemConfig extends Located {
  readonly kind: 'system'
  readonly file: SourceFile
  readonly architecture: Architecture | undefined
  readonly architectureChoice: ArchitectureChoice
  readonly revision: number | undefined
  readonly signature: string | undefined
  readonly flags: number
  readonly hypervisor_memory: MemoryRegion
  readonly debug_console: Console
  readonly platform_info: PlatformInfo
  readonly root_cell: CellConfig
  /** What the hypervisor reads instead, where counts and arrays of the root cell disagree. */
  readonly asRead?: SystemConfig
}

export type Config = SystemConfig | CellConfig

/** The cell a configuration describes: the root cell of a system, or the cell itself. */
export const cellOf = (config: Config): CellConfig => (config.kind === 'system' ? config.root_cell : config)
