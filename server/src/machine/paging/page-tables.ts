import type { MemoryRegion } from '../../config/model.ts'

/**
 * Page tables as values: what `hypervisor/paging.c` builds, entry for entry, but with runs of equal entries kept as one.
 * Positions are page numbers of 4 KiB (at most 2^52, so a `number` holds them); only the questions speak in addresses.
 */

/** Why and how a leaf is there. */
export interface Grant {
  /** The region whose mapping made the leaf; absent for what the hypervisor maps by itself. */
  readonly region?: MemoryRegion
  /** `region`: memory of a configuration; the others are pages of the hypervisor or of a device it hands out. */
  readonly kind: 'region' | 'comm' | 'empty' | 'apic' | 'device'
  /** The `JAILHOUSE_MEM_*` bits the leaf was made with. */
  readonly flags: bigint
  /** Without the present bit (x86 leaves without READ): tables are made for it, and the entry stays as good as empty. */
  readonly absent?: true
}

/** One level of a table, topmost first. */
export interface Level {
  /** Pages one entry covers. */
  readonly span: number
  /** Whether an entry may map its pages directly. */
  readonly leaf: boolean
}

export interface TableFormat {
  readonly levels: readonly Level[]
  /** Entries of the (possibly concatenated) root table, and the pages that table takes. */
  readonly rootEntries: number
  readonly rootPages: number
  /** Pages a leaf can point to: physical page numbers are cut to this many. */
  readonly physPages: number
  /** Bits of the code's `unsigned long`, which addresses and sizes are cut to. */
  readonly addressBits: 64 | 32
}

/** Entries `[from, to)` of a table that map on without a break. */
export interface Filled {
  readonly from: number
  readonly to: number
  /** Page the first entry maps; with `isConstant` every page of the run maps this one. */
  readonly phys: number
  readonly isConstant: boolean
  readonly grant: Grant
  /** Level of the leaves: the table's own, or deeper where every entry is a completely filled table. */
  readonly leafLevel: number
}

/** Entry `from` points to a table that is not uniform. */
export interface Child {
  readonly from: number
  readonly to: number
  readonly child: Table
}

export type Segment = Filled | Child

export const isChild = (segment: Segment): segment is Child => 'child' in segment

/** A table belongs to one edit, which may change it in place; afterwards it is shared and never changes. */
export interface Table {
  readonly level: number
  readonly generation: object
  /** Ascending and disjoint; entries in no segment are empty. */
  readonly segments: Segment[]
}

/** `struct paging_structures` of one cell, with its counts. */
export interface PageTables {
  readonly format: TableFormat
  readonly root: Table
  /** Table pages below the root. */
  readonly tables: number
  /** Leaves by level of `format.levels`. */
  readonly leaves: readonly number[]
}

/** A maximal part of an address space: `[virt, virt + size)` is at `phys`. */
export interface AddressRun {
  readonly virt: bigint
  readonly phys: bigint
  readonly size: bigint
  readonly isConstant: boolean
  readonly grant: Grant
  /** Bytes one leaf covers. */
  readonly leafSize: bigint
}

/** Entries of a table: only a root may have other than what fills the entry above. */
export const entriesOf = (format: TableFormat, level: number): number =>
  level === 0 ? format.rootEntries : levelOf(format, level - 1).span / levelOf(format, level).span

/** Pages the whole table covers; addresses beyond wrap around. */
export const capacityOf = (format: TableFormat): number => format.rootEntries * levelOf(format, 0).span

export function levelOf(format: TableFormat, level: number): Level {
  const found = format.levels[level]
  return found ?? { span: 1, leaf: true }
}

export const emptyTables = (format: TableFormat): PageTables => ({
  format,
  root: { level: 0, generation: {}, segments: [] },
  tables: 0,
  leaves: format.levels.map(() => 0),
})
