import type { Architecture } from '../config/model.ts'
import type { Span } from '../text/source-file.ts'
import type {
  Board,
  Claim,
  FirmwareRegion,
  InterruptUse,
  Ioapic,
  Iommu,
  LogFact,
  Memory,
  Mmconfig,
  Parameter,
  PciFunction,
  PhysicalBits,
  Problem,
  Reservation,
  Source,
  Uart,
} from './model.ts'
import type { PciResource } from './read/pci-space.ts'

/** Facts as they come in, one file after the other; what they say of one machine is put together at the end. */
export interface Draft {
  readonly sources: Source[]
  readonly problems: Problem[]
  readonly boards: Board[]
  readonly reservations: Reservation[]
  readonly claims: (readonly Claim[])[]
  readonly ports: (readonly Claim[])[]
  readonly interrupts: (readonly InterruptUse[])[]
  readonly commandLines: (readonly Parameter[])[]
  readonly log: LogFact[]
  /** What firmware calls RAM, by the log. */
  readonly logRam: Memory[]
  /** The same by `/sys/firmware/memmap`, one folder an entry. */
  readonly memmap: Map<string, MemmapFolder>
  readonly iommus: Iommu[]
  readonly firmwareRegions: FirmwareRegion[]
  readonly ioapics: Ioapic[]
  readonly mmconfig: Mmconfig[]
  readonly uarts: Uart[]
  readonly pci: PciFunction[]
  /** Folders of `/sys/bus/pci/devices`. */
  readonly pciFolders: Map<string, PciFolder>
  /** Folders of `/sys/class/tty`: the values of their files. */
  readonly ttys: Map<string, { readonly source: Source; readonly values: Map<string, string> }>
  readonly cpus: Map<number, Source>
  readonly bindings: Binding[]
  readonly kernelOptions: Map<string, string>
  /** Kinds of facts that were there, be they empty. */
  readonly seen: Set<'apic' | 'mcfg' | 'pci'>
  architecture?: Architecture
  vendor?: string
  product?: string
  /** Of the CPU: `vmx`, `svm` or `none`. */
  virtualization?: string
  physicalBits?: PhysicalBits
  kernel?: string
  date?: string
  isJailhouseEnabled: boolean
}

export interface MemmapFolder {
  readonly source: Source
  start?: bigint
  end?: bigint
  type?: string
}

export interface PciFolder {
  config?: { readonly bytes: Uint8Array; readonly source: Source }
  resource?: readonly PciResource[]
}

/** A line of `devices.tsv`. */
export interface Binding {
  readonly source: Source
  readonly span: Span
  readonly bus: string
  readonly device: string
  /** Path of its node. */
  readonly node: string
  /** Empty: no driver. */
  readonly driver: string
  /** `dmar1` */
  readonly unit: string
}

export const newDraft = (): Draft => ({
  sources: [],
  problems: [],
  boards: [],
  reservations: [],
  claims: [],
  ports: [],
  interrupts: [],
  commandLines: [],
  log: [],
  logRam: [],
  memmap: new Map(),
  iommus: [],
  firmwareRegions: [],
  ioapics: [],
  mmconfig: [],
  uarts: [],
  pci: [],
  pciFolders: new Map(),
  ttys: new Map(),
  cpus: new Map(),
  bindings: [],
  kernelOptions: new Map(),
  seen: new Set(),
  isJailhouseEnabled: false,
})
