import type { Architecture, CellConfig, IommuUnit, Located, MemoryRegion, PciDevice } from '../config/model.ts'
import type { Scenario } from '../config/scenario.ts'
import type { IommuKind } from '../platform/model.ts'
import type { Range } from '../text/range-set.ts'
import type { Hardware } from './hardware.ts'
import type { PagePool, PoolState } from './page-pool.ts'
import type { PageTables, TableFormat } from './paging/page-tables.ts'

/**
 * The hypervisor's data under the hypervisor's names. `State` is what holds between two commands and never changes;
 * `Hypervisor` is the same while one command runs, changed in place as `control.c` does, so that what an error leaves
 * half done is left half done. The verbs answer a `Failure` where the C functions answer a negative number.
 */

export type Errno =
  | 'EPERM'
  | 'ENOENT'
  | 'EIO'
  | 'E2BIG'
  | 'ENOMEM'
  | 'EBUSY'
  | 'EEXIST'
  | 'ENODEV'
  | 'EINVAL'
  | 'ERANGE'

/** What of the configuration the hypervisor tripped over, as far as it knows. */
export interface Subject {
  readonly cell?: CellConfig
  readonly region?: MemoryRegion
  /** An element of another array than `mem_regions`: a device, an IOMMU unit, an irqchip. */
  readonly entry?: Located
}

/** A command the hypervisor (or the driver in front of it) answered with an error. */
export interface Refusal extends Subject {
  readonly kind: 'refused'
  /** Function that refused, e.g. `pvu_iommu_map_memory`. */
  readonly by: string
  readonly errno: Errno
  readonly reason: string
}

/**
 * Nothing goes on: the hypervisor stopped the machine (BUG(), a panic); it froze: every CPU waits for what never comes, and
 * the console stays silent; or it parked the CPU of the root cell that was to go on.
 */
export interface Crash extends Subject {
  readonly kind: 'crashed' | 'hung' | 'parked'
  /** The real one would go on: for longer than it pays to play, or by what nobody knows. */
  readonly isGivenUp?: true
  /** What would be answered if the error did not freeze the machine. */
  readonly errno?: Errno
  readonly by: string
  readonly reason: string
}

export type Failure = Refusal | Crash

/** Whether nothing runs any more. */
export const isFatal = (failure: Failure | undefined): failure is Crash =>
  failure !== undefined && failure.kind !== 'refused'

/** What a console line is about, so that nobody has to read it back. */
export type Topic =
  | 'progress'
  | 'pvu-cannot-unmap'
  | 'pvu-entries'
  | 'pvu-alignment'
  | 'pvu-tlbs'
  | 'pvu-virtid'
  | 'remap-failed'
  | 'pci-device-lost'
  | 'mmio-overflow'
  | 'stream-assigned'
  | 'shared-memory'
  | 'message-timeout'
  | 'cpu-parked'
  | 'fatal'
  /** What Linux logs about the driver. */
  | 'driver'

export interface ConsoleLine {
  readonly text: string
  readonly topic: Topic
  readonly cell?: CellConfig
  readonly region?: MemoryRegion
}

/** `struct jailhouse_memory` as the map and unmap functions get it: a region, a copy with other addresses, or a part. */
export interface Mapping {
  readonly phys_start: bigint
  readonly virt_start: bigint
  readonly size: bigint
  readonly flags: bigint
  /** The configured region it stems from; absent for the hypervisor's own pages. */
  readonly region?: MemoryRegion
}

/** An entry of the MMIO dispatcher of a cell: accesses to `[start, start + size)` trap. */
export interface MmioRegion {
  readonly start: bigint
  readonly size: bigint
  /** `subpage`, or the unit that emulates the registers. */
  readonly handler: string
  readonly region?: MemoryRegion
  /** The handler's argument points to a stack frame that is gone (`remap_to_root_cell`). */
  readonly isDangling?: true
}

/** The dispatcher's array, sorted by start; the command that made it may change it in place. */
export interface MmioTable {
  readonly generation: object
  readonly regions: readonly MmioRegion[]
}

/** `comm_region.cell_state`. */
export const RUNNING = 0
export const RUNNING_LOCKED = 1
export const SHUT_DOWN = 2
export const FAILED = 3
export const FAILED_COMM_REV = 4

/** `struct cell`. */
export interface Cell {
  readonly config: CellConfig
  readonly id: number
  /** Zeroed memory at first, so a cell under construction and the root cell read as running. */
  readonly cell_state: number
  readonly loadable: boolean
  /** CPUs the cell owns now, ascending. */
  readonly cpus: readonly number[]
  readonly mm: PageTables
  readonly mmio: MmioTable
  /** I/O ports its CPUs reach without a trap (x86). */
  readonly ports?: readonly Range<number>[]
  /** Capacity of `mmio`. */
  readonly max_mmio_regions: number
  /** Pages of `struct cell` and its configuration. */
  readonly data_pages: number
}

/** A value that the running command may replace field by field. */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] }

/** What holds between two commands. */
export interface State {
  readonly enabled: boolean
  /** The hypervisor's own first-stage tables; their pages come out of the same pool. */
  readonly hvTables: PageTables
  /** After a crash nothing runs any more. */
  readonly dead: boolean
  /** Root first, then in the order of creation. Empty while disabled. */
  readonly cells: readonly Cell[]
  readonly pool: PoolState
  /** What each unit remembers, including its device registers, which outlive `disable`. */
  readonly units: ReadonlyMap<Unit, unknown>
}

/** The hypervisor while one command runs. */
export interface Hypervisor {
  readonly scenario: Scenario
  readonly hardware: Hardware
  readonly arch: Arch
  readonly cells: Draft<Cell>[]
  readonly pool: PagePool
  readonly units: Map<Unit, unknown>
  readonly console: ConsoleLine[]
  /** Mark of this command on the page tables it made and may change in place. */
  readonly generation: object
  /** Id the driver gives a cell; by default the lowest unused one. */
  readonly ids: ReadonlyMap<CellConfig, number>
  /** Cells are made loadable, and nothing is loaded into them. */
  readonly isWithoutImages: boolean
  /** Commands are bare hypercalls of the first root CPU, without the driver's help. */
  readonly isBareHypercall: boolean
  hvTables: PageTables
  enabled: boolean
  dead: boolean
  /** Parts of regions this command may still give back to the root cell; see `remap_to_root_cell`. */
  remapsLeft: number
}

/** `struct unit` (`include/jailhouse/unit.h`): called in link order at init and create, in reverse at exit. */
export interface Unit {
  /** As in "Initializing unit: …". */
  readonly name: string
  /** The image was loaded afresh: variables are as compiled, device registers as they were left. */
  load?(hv: Hypervisor): void
  init(hv: Hypervisor): Failure | undefined
  cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined
  cell_exit(hv: Hypervisor, cell: Draft<Cell>): void
  shutdown(hv: Hypervisor): void
  /** MMIO regions the unit may register for this cell. */
  mmio_count_regions(hv: Hypervisor, config: CellConfig): number
  /** A cell was started or made loadable again (`pci_cell_reset`, `irqchip_cell_reset`). */
  cell_reset?(hv: Hypervisor, cell: Draft<Cell>): void
}

/** A unit that translates what devices access. */
export interface IommuDriver extends Unit {
  /** The value of `JAILHOUSE_IOMMU_*` for the units it drives. */
  readonly type: number
  /** What people call its units. */
  readonly label: string
  /** The CPUs it is built for: those of a vendor of x86, or arm64. */
  readonly runsOn: 'intel' | 'amd' | 'arm64'
  /** Bytes of registers it reaches for, at least. */
  readonly registerSize: number
  /** Whether only regions with JAILHOUSE_MEM_DMA get entries; otherwise devices see what CPUs see. */
  readonly needsDmaFlag: boolean
  /** How `stream_ids` name its streams: by number, by number and mask, by a virtual number; not at all behind PCI. */
  readonly streamIds?: 'number' | 'masked' | 'virtual'
  /** Whether interrupts of devices take entries of a table. */
  readonly remapsInterrupts?: true
  /** What facts of machines call its units. */
  readonly kind?: IommuKind
  /** What the root's devices reach stays mapped until Jailhouse is disabled. */
  readonly cannotUnmap?: true
  /** What else its `init` asks of a unit than registers of `registerSize`. */
  unitFaults?(unit: IommuUnit): readonly UnitFault[]
  /** Windows beside the registers of a unit that no cell may reach. */
  windows?(unit: IommuUnit): readonly { readonly name: string; readonly base: bigint; readonly size: number }[]
  /** Before the CPU table of `cell` is changed (arm, arm64) or after (x86), as the architecture has it. */
  map_memory(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined
  unmap_memory(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined
  /** A physical PCI device came to `cell`, or leaves its owner (`iommu_add_pci_device`, `iommu_remove_pci_device`). */
  add_pci_device?(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined
  remove_pci_device?(hv: Hypervisor, device: PciDevice): void
  /** `cell` was added, removed or, at enable, is the root; undefined after load and start. */
  config_commit(hv: Hypervisor, cell: Draft<Cell> | undefined): Failure | undefined
  /** Whether a unit of this driver stands between devices and memory. */
  restricts(state: State): boolean
  /** What every stream or device behind the units can reach now. Pure; asked by the queries. */
  contexts(state: State, scenario: Scenario): readonly DmaContext[]
}

/** A field of a unit that is wrong, what is wrong with it, what comes of it, and where it is known the right value. */
export interface UnitFault {
  readonly field: 'size' | 'amd' | 'tipvu.tlb_base' | 'tipvu.tlb_size'
  /** After the name of the unit. */
  readonly fault: string
  readonly consequence: string
  readonly right?: number
}

/** One stream or device as one IOMMU unit sees it. */
export interface DmaContext {
  /** Position in `iommu_units`. */
  readonly unit: number
  readonly driver: string
  /** E.g. `stream 3`, `device 00:1f.2`. */
  readonly device: string
  readonly streamId?: number
  /** Cells whose configuration lists the stream or device; a later one may have been refused or be gone. */
  readonly owners: readonly CellConfig[]
  readonly translation: Translation
}

export type Translation =
  /** Entries of its own, e.g. PVU TLB entries in the order of the chain. */
  | { readonly kind: 'entries'; readonly entries: readonly DmaEntry[]; readonly tlbs: readonly number[] }
  /** Walks page tables: a cell's CPU tables, or tables kept for devices. `of` is the cell whose memory they show. */
  | WalkedTables
  /** Passes untranslated: the device reaches everything. */
  | { readonly kind: 'bypass' }
  /** Every access faults. */
  | { readonly kind: 'blocked' }

export const bypass = { kind: 'bypass' } as const satisfies Translation
export const blocked = { kind: 'blocked' } as const satisfies Translation

export interface WalkedTables {
  readonly kind: 'tables'
  readonly tables: PageTables
  readonly of: CellConfig
  /** They are the tables of CPUs as well. */
  readonly shared: boolean
  /** Only leaves made with the DMA flag let devices through. */
  readonly needsDmaFlag?: true
  /** The tables when the unit last forgot what it cached; what has left them since may still be reached. */
  readonly stale?: PageTables
  /** Their memory was handed back: what they say lasts until somebody writes there. */
  readonly isAbandoned?: true
}

/** `[virt, virt + size)` as devices see it is at `phys`. */
export interface DmaEntry {
  readonly virt: bigint
  readonly phys: bigint
  readonly size: bigint
  readonly read: boolean
  readonly write: boolean
  readonly region?: MemoryRegion
}

/** What `hypervisor/arch/<name>` decides. */
export interface Arch {
  readonly name: Architecture
  /** Units in link order, IOMMU drivers among them. */
  units(scenario: Scenario): readonly Unit[]
  /** Format of the cells' second-stage tables, and of the hypervisor's own. */
  tableFormat(hardware: Hardware): TableFormat
  readonly hvTableFormat: TableFormat
  /** Where the hypervisor sees itself and the devices it maps (`JAILHOUSE_BASE`, `REMAP_BASE`). */
  readonly jailhouseBase: bigint
  readonly remapBase: bigint
  /** Pages of `struct cell` without the configuration behind it. */
  readonly cellPages: number
  /** Pages of `struct per_cpu`. */
  readonly percpuPages: number
  /** Bytes of one `mmio_region_location` and handler. */
  readonly mmioEntrySize: number
  /** Bytes a CPU set may have before it takes a page of its own. */
  readonly smallCpuSet: number
  /** `arch_init_early`, up to and including `arch_cell_create` for the root cell. */
  init_early(hv: Hypervisor, root: Draft<Cell>): Failure | undefined
  /** What the first CPU sets up for all of them once it has its own mappings (`arch_cpu_init`). */
  first_cpu_init?(hv: Hypervisor): Failure | undefined
  /** Whether the CPUs never come back from entry, given how `init_early` and `cpu_init` ended. */
  frozenAtEntry?(hv: Hypervisor, failure: Failure | undefined): Crash | undefined
  /** Whether Linux cannot go on in the root cell when entry returns to it. */
  frozenAtReturn?(hv: Hypervisor): Crash | undefined
  /** What comes of the first CPU of a cell that is started. */
  reset_cpu?(hv: Hypervisor, cell: Draft<Cell>): void
  /** What the console shows when the hypervisor itself faults. */
  readonly faultText: string
  /** What it shows as a CPU is parked that may not write to an address. */
  parkedText(address: bigint): string
  /** Pool pages each CPU takes for its private mappings. */
  readonly pagesPerOnlineCpu: number
  cell_create(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined
  cell_destroy(hv: Hypervisor, cell: Draft<Cell>): void
  map_memory_region(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined
  unmap_memory_region(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined
  config_commit(hv: Hypervisor, cell: Draft<Cell> | undefined): Failure | undefined
}

/** What a unit remembers; the unit itself is the only writer. */
export const unitState = <T>(of: { readonly units: ReadonlyMap<Unit, unknown> }, unit: Unit, fresh: T): T =>
  (of.units.get(unit) as T | undefined) ?? fresh

export const printk = (
  hv: Hypervisor,
  topic: Topic,
  text: string,
  about: { cell?: CellConfig; region?: MemoryRegion } = {},
): void => {
  hv.console.push({ text, topic, ...about })
}

export const refusal = (by: string, errno: Errno, reason: string, subject: Subject = {}): Refusal => ({
  kind: 'refused',
  by,
  errno,
  reason,
  ...subject,
})

export const crash = (by: string, reason: string, subject: Subject = {}): Crash => ({
  kind: 'crashed',
  by,
  reason,
  ...subject,
})

export const hang = (by: string, reason: string, subject: Subject = {}): Crash => ({
  kind: 'hung',
  by,
  reason,
  ...subject,
})

export const parked = (by: string, reason: string, subject: Subject = {}): Crash => ({
  kind: 'parked',
  by,
  reason,
  ...subject,
})

/** The region of a mapping as the optional property of what is said about it. */
export const subjectOf = (cell: CellConfig, mapping: Mapping): { cell: CellConfig; region?: MemoryRegion } =>
  mapping.region ? { cell, region: mapping.region } : { cell }

export const rootOf = (hv: Hypervisor): Draft<Cell> | undefined => hv.cells[0]

export const isRoot = (cell: Cell): boolean => cell.config.isRoot
