import type { Architecture } from '../config/model.ts'
import type { Range } from '../config/ranges.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import type { TreeIndex } from './tree/node.ts'

/** What is known of one machine. Absent is not empty: `claimed` undefined means that no /proc/iomem was given. */

/** Taken on the machine; built for it; or the very file an inmate's Linux is started with. */
export type Provenance = 'live' | 'static' | 'artefact'

/** One file of facts, or one member of a tarball. */
export interface Source {
  readonly uri: string
  /** For people: `board.dtb`, `board.tar/proc/iomem`. */
  readonly name: string
  readonly provenance: Provenance
  /** Its text, where it is text; spans of its facts lie in it. */
  readonly text?: SourceFile
}

/** Everything read from facts says where from; `span` where the source is text. */
export interface Fact {
  readonly source: Source
  readonly span?: Span
}

export interface Problem extends Fact {
  readonly message: string
  /** The facts were taken while Jailhouse was enabled, rather than cannot be read. */
  readonly isTakenWithJailhouse?: true
}

/** An entry of `/proc/iomem` or `/proc/ioports`. */
export interface Claim extends Fact {
  readonly range: Range
  readonly name: string
  readonly depth: number
  readonly children: readonly Claim[]
}

export interface Memory extends Fact {
  readonly range: Range
}

export interface Reservation extends Fact {
  readonly range: Range
  readonly name: string
  /** Linux has no mapping of it; undefined where the source does not say. */
  readonly noMap?: boolean
  /** Memory Linux uses until it is needed (CMA). */
  readonly reusable?: boolean
}

export type Interrupt =
  /** An ID of the GIC: 16 + n for PPIs, 32 + n for SPIs. */
  | { readonly kind: 'gic'; readonly id: number }
  /** Arrives through another controller; which line of the GIC that raises is not in the tree. */
  | { readonly kind: 'chained'; readonly behind: string }

export interface Window {
  readonly range: Range
  /** From `reg-names`. */
  readonly name?: string
  /** Position in `reg`. */
  readonly index: number
}

/** By which property one device names another: `clocks`, `pinctrl`, `syscon`, … */
export interface Reference {
  readonly path: string
  readonly by: string
}

export type DeviceKind =
  | 'device'
  | 'gic'
  | 'its'
  | 'msi-frame'
  | 'iommu'
  | 'pci-host'
  | 'uart'
  /** CoreSight and the like: only debuggers touch them. */
  | 'trace'
  /** Memory controllers, SRAM, flash, chip ids: rarely touched after boot. */
  | 'quiet'

export interface Device extends Fact {
  /** E.g. `/soc@10000000/mmc@40050000`. */
  readonly path: string
  /** E.g. `mmc@40050000`. */
  readonly name: string
  readonly compatible: readonly string[]
  readonly enabled: boolean
  /** Exists, but other software uses it. */
  readonly isReserved: boolean
  /** As the CPUs address them. */
  readonly windows: readonly Window[]
  readonly interrupts: readonly Interrupt[]
  readonly streams: readonly Stream[]
  /** Enabled devices it names, and that name it. */
  readonly uses: readonly Reference[]
  readonly usedBy: readonly Reference[]
  /** Others may use it: it has a `#…-cells` property, pin states, or is named as a syscon. */
  readonly isProvider: boolean
  readonly isInterruptController: boolean
  /** Milliseconds between two reads by a thermal zone. */
  readonly polledEvery?: number
  /** Driver bound to it; `none` where the machine says that there is none. */
  readonly driver?: string
  readonly kind: DeviceKind
}

export interface Stream {
  /** Path of the IOMMU. */
  readonly iommu: string
  readonly id: number
  readonly mask?: number
}

export interface Gic extends Fact {
  readonly path: string
  readonly version: 2 | 3
  readonly gicd: Range
  readonly gicc?: Range
  readonly gich?: Range
  readonly gicv?: Range
  readonly gicr: readonly Range[]
  /** Interrupt ID. */
  readonly maintenance?: number
  /** The hypervisor's driver finds it when it adds the virtual PCI host. */
  readonly isKnownToDriver: boolean
}

/** Names of `JAILHOUSE_CON_TYPE_*`. */
export type UartType = '8250' | 'PL011' | 'XUARTPS' | 'MVEBU' | 'HSCIF' | 'SCIFA' | 'SCIF' | 'IMX' | 'IMX_LPUART'

export interface Uart extends Fact {
  readonly path: string
  readonly name: string
  readonly compatible: string
  readonly enabled: boolean
  /** Absent where Jailhouse has no driver for it. */
  readonly type?: UartType
  /** Bytes from register to register, of an 8250. */
  readonly distance?: 1 | 4
  /** A memory address, or with `isPort` an I/O port. */
  readonly range: Range
  readonly isPort?: true
}

export interface Cpu extends Fact {
  /** As Linux and Jailhouse count. */
  readonly number: number
  /** Affinity fields of MPIDR; absent on x86. */
  readonly mpidr?: bigint
  readonly compatible?: string
}

/** How far physical addresses of the CPUs reach, and by what that is known. */
export interface PhysicalBits extends Fact {
  readonly bits: number
  readonly by: string
}

export interface PciHost extends Fact {
  readonly path: string
  readonly name: string
  readonly enabled: boolean
  readonly ecam?: Range
  readonly buses: { readonly first: number; readonly last: number }
  readonly domain?: number
  /** Memory that its devices may occupy. */
  readonly windows: readonly Range[]
  /** Memory through which the CPUs reach their I/O ports. */
  readonly portWindows: readonly Range[]
}

export interface PciCapability {
  readonly id: number
  readonly isExtended: boolean
  readonly start: number
  readonly length: number
}

/** A device of PCI configuration space. */
export interface PciFunction extends Fact {
  readonly segment: number
  readonly bdf: number
  readonly vendor: number
  readonly device: number
  readonly class: number
  readonly isBridge: boolean
  /** Buses behind a bridge. */
  readonly secondary?: { readonly first: number; readonly last: number }
  /** `~(size - 1)` per BAR; undefined where sizes are not known. */
  readonly barMask?: readonly number[]
  readonly bars: readonly { readonly index: number; readonly range: Range; readonly isPort: boolean }[]
  /** Undefined where only the first 64 bytes were readable. */
  readonly capabilities?: readonly PciCapability[]
  readonly msi?: { readonly vectors: number; readonly is64: boolean; readonly isMaskable: boolean }
  readonly msix?: { readonly vectors: number; readonly table: Range }
  /** Unit that sysfs names for it: `dmar1` is 1. */
  readonly unit?: number
  readonly driver?: string
}

export interface DeviceScope {
  readonly kind: 'endpoint' | 'bridge' | 'ioapic' | 'hpet' | 'other'
  readonly enumerationId: number
  /** The device on the bus the scope begins with. */
  readonly bdf: number
  /** Device and function on each bus behind that, where the scope leads through bridges. */
  readonly path?: readonly number[]
}

export type IommuKind = 'intel' | 'amd' | 'smmu-v2' | 'smmu-v3' | 'pvu'

export interface Iommu extends Fact {
  readonly kind: IommuKind
  /** Position among the units of the machine, as Jailhouse counts them. */
  readonly index: number
  readonly name: string
  readonly enabled: boolean
  readonly base: bigint
  readonly size?: bigint
  readonly segment: number
  /** Intel: devices named; the unit that takes all others. */
  readonly scopes: readonly DeviceScope[]
  readonly takesAll: boolean
  readonly amd?: { readonly bdf: number; readonly capability: number; readonly features: number }
}

/** Memory that a device may use whatever the operating system does (RMRR, IVMD). */
export interface FirmwareRegion extends Fact {
  readonly range: Range
}

export interface Ioapic extends Fact {
  readonly enumerationId: number
  readonly address: bigint
  readonly gsiBase: number
}

export interface Mmconfig extends Fact {
  readonly base: bigint
  readonly segment: number
  readonly firstBus: number
  readonly lastBus: number
}

/** A line of `/proc/interrupts`, by GIC ID on ARM and by line of the I/O APIC on x86. */
export interface InterruptUse extends Fact {
  readonly id: number
  readonly controller: 'gic' | 'ioapic'
  readonly actions: string
}

export interface IdRange {
  /** Interrupt IDs `[first, end)`. */
  readonly first: number
  readonly end: number
  readonly by: string
}

export interface Parameter extends Fact {
  readonly name: string
  readonly value?: string
}

/** A device tree's board: what a root tree or an inmate's own says. */
export interface Board extends Fact {
  /** The tree itself. */
  readonly nodes: TreeIndex
  readonly model?: string
  readonly compatible: readonly string[]
  readonly addressCells: number
  readonly memory: readonly Memory[]
  readonly reserved: readonly Reservation[]
  readonly devices: readonly Device[]
  readonly gic?: Gic
  readonly uarts: readonly Uart[]
  /** Path of `chosen/stdout-path`. */
  readonly stdout?: string
  readonly cpus: readonly Cpu[]
  readonly pciHosts: readonly PciHost[]
  readonly iommus: readonly Iommu[]
  readonly dynamicInterrupts: readonly IdRange[]
  /** Interrupt IDs that any node names, enabled or not. */
  readonly namedInterrupts: ReadonlySet<number>
  readonly psci?: { readonly method: string }
  readonly bootargs?: string
  /** `/hypervisor { compatible = "jailhouse,cell" }` */
  readonly isCell: boolean
  /** URIs of the cells whose tree it is said to be; absent for what it says itself. */
  readonly cells?: readonly string[]
  /** It lies beside cells; nobody has named it. */
  readonly isFound?: true
}

export interface Platform {
  readonly sources: readonly Source[]
  readonly problems: readonly Problem[]
  readonly machine?: Fact & { readonly vendor?: string; readonly product?: string; readonly virtualization?: string }
  readonly architecture?: Architecture
  /** When and under which kernel the facts were taken. */
  readonly taken?: { readonly date?: string; readonly kernel?: string }
  readonly isJailhouseEnabled: boolean
  /** The tree of the machine. */
  readonly board?: Board
  /** Trees of cells among the facts. */
  readonly cellTrees: readonly Board[]
  /** What Linux calls System RAM. */
  readonly ram?: readonly Memory[]
  /** What firmware calls RAM, whatever Linux was made to use of it. */
  readonly firmwareRam?: readonly Memory[]
  readonly reserved: readonly Reservation[]
  readonly claimed?: readonly Claim[]
  readonly ports?: readonly Claim[]
  readonly devices: readonly Device[]
  readonly gic?: Gic
  readonly uarts: readonly Uart[]
  readonly cpus?: readonly Cpu[]
  readonly physicalBits?: PhysicalBits
  readonly pciHosts: readonly PciHost[]
  readonly pci?: readonly PciFunction[]
  readonly iommus: readonly Iommu[]
  readonly firmwareRegions: readonly FirmwareRegion[]
  readonly ioapics?: readonly Ioapic[]
  readonly mmconfig?: readonly Mmconfig[]
  readonly interruptsInUse?: readonly InterruptUse[]
  readonly dynamicInterrupts: readonly IdRange[]
  /** Shared peripheral interrupts the GIC implements. */
  readonly spiCount?: number
  readonly commandLine?: readonly Parameter[]
  readonly log: readonly LogFact[]
  readonly kernelOptions?: ReadonlyMap<string, string>
}

/** What the kernel's log says of things Jailhouse needs. */
export interface LogFact extends Fact {
  readonly about: 'exception-level' | 'psci' | 'iommu' | 'model' | 'spis'
  readonly value: string
}
