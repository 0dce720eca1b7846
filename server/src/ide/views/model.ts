/**
 * What the views show, as plain JSON: whoever draws it needs nothing else. Types only: clients share them.
 * Addresses are hexadecimal strings, ends are exclusive, lines and characters count from zero. Lists refer to each other
 * by position.
 */

import type { Words } from '../../text/message.ts'

export type { Words }

/** What is read beside a drawing, in blocks that every view can show. */
export type SimpleBlock =
  | { readonly kind: 'title' | 'text' | 'code'; readonly text: string }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

/** A place in a text, as LSP has it. */
export interface Place {
  readonly uri: string
  readonly range: { readonly start: TextPosition; readonly end: TextPosition }
}

export interface TextPosition {
  readonly line: number
  readonly character: number
}

/** `[start, end)` of memory. */
export interface AddressRange {
  readonly start: string
  readonly end: string
}

/** What a file offers: its systems, and the one that was asked for. */
export interface SystemMapAnswer {
  /** Titles of the systems; a root has one for each inmate, unless `jailhouse.json` says which run together. */
  readonly alternatives: readonly Words[]
  /** Positions in `alternatives` of those in which memory of an inmate is not its own at some stage. */
  readonly losing: readonly number[]
  /** Position in `alternatives` of `map`. */
  readonly chosen: number
  readonly map?: SystemMap
  /** Why there is no map, or why it is not of the commands that were asked for. */
  readonly problem?: Words
}

/** One system of a file: a root cell with the inmates that run beside it, at each stage of their life. */
export interface SystemMap {
  /** `k3-demo with k3-demo-linux` */
  readonly title: Words
  /** The root first, then the inmates in the order they are created. */
  readonly cells: readonly MapCell[]
  /** Who may reach memory, in the order they are drawn. */
  readonly columns: readonly MapColumn[]
  /** What the configurations say: regions of cells, and what the hypervisor keeps for itself. */
  readonly boxes: readonly MapBox[]
  /** Lists of what somebody reaches; stages name them by position, since most stages change few of them. */
  readonly reaches: readonly (readonly MapRun[])[]
  /** What memory is used for; stages name them by position. */
  readonly uses: readonly (readonly MapUse[])[]
  readonly stages: readonly MapStage[]
  readonly findings: readonly MapFinding[]
  /** Set where there is more than is shown. */
  readonly omitted?: { readonly regions: number }
}

export interface MapCell {
  readonly name: string
  readonly isRoot: boolean
  /** Every CPU its configuration lists. */
  readonly cpus: readonly number[]
  /** Where its name is written. */
  readonly place?: Place
}

/** One way to reach memory. Columns of one lane stand side by side under its title. */
export interface MapColumn {
  readonly lane: 'cell' | 'hypervisor' | 'unlisted' | 'unrestricted'
  /** Position in `cells` of a `cell` lane. */
  readonly cell?: number
  /** `own`: what the hypervisor keeps for itself. */
  readonly kind: 'cpu' | 'dma' | 'own'
  /** `CPUs`, or what stands between devices and memory: `PVU`, `SMMUv3`. */
  readonly title: string
  /** `streams 2, 3` */
  readonly devices?: Words
}

/** A region as it is configured. */
export interface MapBox extends AddressRange {
  /** Position in `columns` where it belongs: the CPUs of its cell, or the hypervisor. */
  readonly column: number
  /** Position in `mem_regions`; absent for what is the hypervisor's. */
  readonly index?: number
  /** The comment before it, else `mem_regions[3]`. */
  readonly name: Words
  /** `1.5 GiB` */
  readonly size: string
  /** Where the cell sees it. */
  readonly virt: string
  /** `READ`, `WRITE`, … */
  readonly flags: readonly string[]
  /** Registers rather than memory. */
  readonly isDevice: boolean
  /** Other cells may reach it by intent: `JAILHOUSE_MEM_ROOTSHARED`, or a shared-memory link. */
  readonly isShared: boolean
  /** Devices of the machine in it, where facts of the machine are known: `serial@2800000`. */
  readonly devices?: readonly Words[]
  readonly place?: Place
}

/** A run of memory that somebody reaches. */
export interface MapRun extends AddressRange {
  /** Address of `start` as the CPU or device sees it. */
  readonly virt: string
  /** `rwx`; what is missing is a dash. */
  readonly access: string
  /** Position in `boxes` of the region that grants it. */
  readonly box?: number
  /** Nothing restricts access to it: all addresses there are. */
  readonly isEverything?: true
  /** Accesses are emulated by this. */
  readonly trapsTo?: string
  /** `stream 3`, `streams 0, 1 and 6 more`: if not all of the column. */
  readonly devices?: Words
}

/** What memory serves at a stage. */
export interface MapUse extends AddressRange {
  /**
   * `root`: the root cell has it; `kept`: the root's CPUs have it and no device of the root reaches it, as room for
   * inmates; `cell`: an inmate has it for itself; `shared`: several do; `reserved`: an inmate that does not exist yet
   * will take it; `hypervisor`; `unassigned`: no configuration names it.
   */
  readonly use: 'root' | 'kept' | 'cell' | 'shared' | 'reserved' | 'hypervisor' | 'unassigned'
  /** Positions in `cells`. */
  readonly cells: readonly number[]
}

export interface MapTotal {
  /** Position in `columns`. */
  readonly column: number
  readonly kind: MapChange['kind']
  /** In bytes, as hex. */
  readonly size: string
}

/** One command and how things stand after it. */
export interface MapStage {
  /** `create k3-demo-linux` */
  readonly title: string
  readonly verb: string
  /** Position in `cells`. */
  readonly cell?: number
  readonly outcome: MapOutcome
  readonly console: readonly MapConsoleLine[]
  /** For each column a position in `reaches`. */
  readonly reach: readonly number[]
  /** A position in `uses`. */
  readonly use: number
  /** For each cell: whether it exists, and how it is. */
  readonly states: readonly MapCellState[]
  /** Memory of one cell that others reach all the same. */
  readonly losses: readonly MapLoss[]
  readonly changes: readonly MapChange[]
  /** How much the command changed in each column, listed or not. */
  readonly totals: readonly MapTotal[]
  readonly meters: readonly MapMeter[]
  /** How many losses and changes there are beyond those listed. */
  readonly more?: { readonly losses: number; readonly changes: number }
}

export interface MapOutcome {
  readonly kind: 'done' | 'refused' | 'crashed' | 'hung' | 'parked'
  readonly errno?: string
  /** Function of hypervisor or driver. */
  readonly by?: string
  readonly reason?: string
  readonly place?: Place
}

export interface MapConsoleLine {
  readonly text: string
  readonly weight: 'serious' | 'harmless' | 'progress'
  readonly meaning: Words
}

export interface MapCellState {
  readonly state: 'absent' | 'running' | 'loadable' | 'shut down' | 'failed'
  /** CPUs it has at this stage. */
  readonly cpus: readonly number[]
}

export interface MapLoss extends AddressRange {
  /** Position in `columns`: who reaches it. */
  readonly column: number
  /** Position in `cells`: whose memory it is. */
  readonly owner: number
  /** Positions in `boxes`: the owner's region, and the region that grants the access. */
  readonly box?: number
  readonly grantedBy?: number
  readonly canWrite: boolean
  /** The largest part of the root's own memory; the rest of it is reached as well. */
  readonly standsForMore?: true
  readonly devices?: Words
  /** Position in `findings` of what is reported about it. */
  readonly finding?: number
}

export interface MapChange extends AddressRange {
  readonly column: number
  readonly kind: 'gained' | 'lost'
}

/** What is used up of something there is only so much of. */
export interface MapMeter {
  /** `PVU TLBs, unit 1`, `page pool` */
  readonly title: Words
  readonly used: number
  readonly limit: number
  /** `pages`, `TLBs`, `entries` */
  readonly unit: string
  /** What costs most, largest first. */
  readonly costs: readonly { readonly what: Words; readonly amount: number; readonly box?: number }[]
}

export interface MapFinding {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'information' | 'hint'
  readonly headline: string
  readonly place?: Place
  /** Positions in `boxes` it speaks of, the place where it is reported first. */
  readonly boxes: readonly number[]
}
