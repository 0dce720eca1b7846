import { MEM_DMA, MEM_EXECUTE, MEM_IO, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { hasAny, overlap, type Range, rangeOf, sizeOfRange } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { memoize, memoizeAll, memoizeLatest } from '../../text/memo.ts'
import { coalesce } from '../../text/range-set.ts'
import type { Cell, DmaContext, DmaEntry, MmioRegion, State, Translation, WalkedTables } from '../hypervisor.ts'
import { type IntervalIndex, intervalIndex } from '../interval-index.ts'
import { isDriver } from '../memory.ts'
import { subpageAccess } from '../mmio.ts'
import type { AddressRun, PageTables } from '../paging/page-tables.ts'
import { asAddressRun, type PageRun, pageRunsOf, walk } from '../paging/runs.ts'
import type { Access, CpuReach, DmaReach } from './answers.ts'

/** Who reaches a range of physical memory in one state. */

/** Leaves that show memory of the machine, by where they point. Pages of the hypervisor's own are left out. */
const physRunsOf: (tables: PageTables) => IntervalIndex<PageRun, number> = memoize(tables => {
  const runs = pageRunsOf(tables)
  return intervalIndex(runs.every(isOfMachine) ? runs : runs.filter(isOfMachine))
})

const isOfMachine = ({ filled: { grant } }: PageRun): boolean => grant.kind === 'region' || grant.kind === 'device'

/** Runs of leaves that show a page of `range`, be it in part. */
const runsMeeting = (tables: PageTables, { start, end }: Range): readonly PageRun[] =>
  physRunsOf(tables).meeting(Number(start >> 12n), Number((end + 0xfffn) >> 12n))

/** A part of an address space, cut to what was asked for. */
interface ReachedPart {
  readonly run: AddressRun
  readonly phys: Range
  readonly virt: bigint
}

/** Parts of `tables` that show some of `range`, ascending by virtual address. All streams that share tables ask in turn. */
const partsOf = (tables: PageTables, range: Range): readonly ReachedPart[] => lastParts(tables, range).parts

const lastParts = memoizeLatest(
  (tables: PageTables, range: Range) => ({ range, parts: partsIn(tables, range) }),
  (known, range) => known.range === range,
)

const nothing: readonly never[] = []

function partsIn(tables: PageTables, range: Range): readonly ReachedPart[] {
  const runs = runsMeeting(tables, range)
  if (runs.length === 0) return nothing
  const parts: ReachedPart[] = []
  for (const pages of runs) {
    const run = asAddressRun(pages)
    const phys = overlap(range, rangeOf(run.phys, run.size))
    if (phys) parts.push({ run, phys, virt: run.virt + (phys.start - run.phys) })
  }
  return parts.length < 2 ? parts : parts.sort((a, b) => (a.virt < b.virt ? -1 : 1))
}

export const accessOf = (flags: bigint): Access => ({
  read: hasAny({ flags }, MEM_READ),
  write: hasAny({ flags }, MEM_WRITE),
  execute: hasAny({ flags }, MEM_EXECUTE),
  device: hasAny({ flags }, MEM_IO),
})

type Sizes = readonly { readonly size: bigint; readonly count: number }[]

function addSize(sizes: Sizes, size: bigint, count: number): Sizes {
  const known = sizes.find(other => other.size === size)
  const rest = sizes.filter(other => other.size !== size)
  return [...rest, { size, count: count + (known?.count ?? 0) }].sort((a, b) => (a.size < b.size ? 1 : -1))
}

/** Leaves of a part that lie in its range, also those it only cuts. */
function leavesIn({ run, virt, phys }: ReachedPart): number {
  const end = virt + sizeOfRange(phys)
  return Number((end + run.leafSize - 1n) / run.leafSize - virt / run.leafSize)
}

/** Takes parts together that continue each other under the same grant; a part by itself is made no object of. */
function coalesceParts<T>(
  parts: readonly ReachedPart[],
  make: (part: ReachedPart) => T,
  extend: (before: T, part: ReachedPart) => T,
): readonly T[] {
  if (parts.length === 0) return nothing
  const results: T[] = []
  let last: ReachedPart | undefined
  for (const part of parts) {
    const before = results.at(-1)
    if (last && before !== undefined && continues(last, part)) results[results.length - 1] = extend(before, part)
    else results.push(make(part))
    last = part
  }
  return results
}

const continues = (a: ReachedPart, b: ReachedPart): boolean =>
  a.phys.end === b.phys.start &&
  a.virt + sizeOfRange(a.phys) === b.virt &&
  a.run.grant.region === b.run.grant.region &&
  a.run.grant.flags === b.run.grant.flags

/** All of a cell that decides what its CPUs reach. */
export type Reaching = Pick<Cell, 'config' | 'mm' | 'mmio'>

/** What the CPUs of one cell reach of `range`, through leaves and through the MMIO dispatcher. */
export function cpuReachOf(cell: Reaching, range: Range): readonly CpuReach[] {
  const mapped = coalesceParts(
    partsOf(cell.mm, range),
    (part): CpuReach => ({
      cell: cell.config,
      phys: part.phys,
      virt: part.virt,
      access: accessOf(part.run.grant.flags),
      leaves: [{ size: part.run.leafSize, count: leavesIn(part) }],
      ...(part.run.grant.region && { grantedBy: part.run.grant.region }),
    }),
    (before, part) => ({
      ...before,
      phys: { start: before.phys.start, end: part.phys.end },
      leaves: addSize(before.leaves, part.run.leafSize, leavesIn(part)),
    }),
  )
  const trapped = trapsOf(cell, range)
  return trapped.length === 0 ? mapped : [...mapped, ...trapped]
}

/** An access that is emulated: memory of `region`, at `virt` for the cell. */
interface Subpage extends Range {
  readonly region: MemoryRegion
  readonly virt: bigint
  readonly trapsTo: string
}

/** By the memory they stand for. */
const subpagesOf: (regions: readonly MmioRegion[]) => IntervalIndex<Subpage> = memoize(regions =>
  intervalIndex(regions.flatMap(asSubpage)),
)

function asSubpage({ start, size, handler, region, isDangling }: MmioRegion): readonly Subpage[] {
  if (handler !== 'subpage' || !region) return []
  const trapsTo = isDangling ? 'sub-page handler with a dangling argument' : 'sub-page handler'
  return [{ ...rangeOf(region.phys_start + (start - region.virt_start), size), region, virt: start, trapsTo }]
}

const isServed = (region: MemoryRegion, isWrite: boolean, isArm32: boolean): boolean =>
  'phys' in subpageAccess(region, isWrite, isArm32)

/** Sub-page regions are emulated access by access, unless a leaf over the same page lets accesses through. */
function trapsOf(cell: Reaching, range: Range): readonly CpuReach[] {
  const met = subpagesOf(cell.mmio.regions).meeting(range.start, range.end)
  if (met.length === 0) return nothing
  return met.flatMap((subpage): readonly CpuReach[] => {
    const { region, trapsTo } = subpage
    const phys = overlap(range, subpage)
    if (!phys || walk(cell.mm, Number(subpage.virt >> 12n))) return []
    const virt = subpage.virt + (phys.start - subpage.start)
    const isArm32 = cell.config.architecture === 'arm'
    const access = {
      ...accessOf(region.flags),
      read: isServed(region, false, isArm32),
      write: isServed(region, true, isArm32),
    }
    return [{ cell: cell.config, phys, virt, access, grantedBy: region, leaves: [], trapsTo }]
  })
}

export const cpuReach = (state: State, range: Range): readonly CpuReach[] =>
  state.cells.flatMap(cell => cpuReachOf(cell, range))

/** Streams and devices as the IOMMU units of a state see them. */
export const contextsOf: (state: State, scenario: Scenario) => readonly DmaContext[] = memoizeAll((state, scenario) =>
  state.enabled ? [...state.units.keys()].filter(isDriver).flatMap(driver => driver.contexts(state, scenario)) : [],
)

/** Whether any IOMMU stands between devices and memory. */
export const isDmaRestricted = (state: State): boolean =>
  state.enabled && [...state.units.keys()].some(unit => isDriver(unit) && unit.restricts(state))

/** What devices reach of `range`. */
export function dmaReach(state: State, scenario: Scenario, range: Range): readonly DmaReach[] {
  if (state.enabled && !isDmaRestricted(state)) return [unrestricted(scenario, range)]
  return contextsOf(state, scenario).flatMap(context => dmaReachOf(context, range))
}

const unrestricted = (scenario: Scenario, phys: Range): DmaReach => ({
  driver: 'none',
  device: 'every device',
  owners: [scenario.root.root_cell, ...scenario.cells],
  phys,
  virt: phys.start,
  read: true,
  write: true,
  through: 'unrestricted',
  pages: [],
  tlbs: [],
})

/** What one stream or device reaches of `range`. */
export function dmaReachOf(context: DmaContext, range: Range): readonly DmaReach[] {
  const reached = reachedOf(context.translation, range)
  if (reached.length === 0) return nothing
  const { translation, unit, driver, device, streamId, owners } = context
  const through = translation.kind as DmaReach['through']
  const tlbs = translation.kind === 'entries' ? translation.tlbs : []
  return reached.map(({ phys, virt, read, write, pages, grantedBy }) => ({
    unit,
    driver,
    device,
    owners,
    phys,
    virt,
    read,
    write,
    through,
    pages,
    tlbs,
    ...(streamId !== undefined && { streamId }),
    ...(grantedBy && { grantedBy }),
  }))
}

type Reached = Pick<DmaReach, 'phys' | 'virt' | 'read' | 'write' | 'pages'> & Partial<Pick<DmaReach, 'grantedBy'>>

function reachedOf(translation: Translation, range: Range): readonly Reached[] {
  switch (translation.kind) {
    case 'blocked':
      return nothing
    case 'bypass':
      return [{ phys: range, virt: range.start, read: true, write: true, pages: [] }]
    case 'entries':
      return entriesIn(translation.entries, range)
    case 'tables':
      return tablesIn(translation, range)
    default:
      return translation satisfies never
  }
}

/** What a translation shows: its tables, its entries, or itself if it shows all or nothing. Streams often share one. */
export type Shown = PageTables | readonly DmaEntry[] | Translation

export function shownBy(translation: Translation): Shown {
  if (translation.kind === 'tables') return translation.needsDmaFlag ? translation : translation.tables
  return translation.kind === 'entries' ? translation.entries : translation
}

/** Whether anything of a range is to be seen there. */
export function isShown(shown: Shown, range: Range): boolean {
  if ('root' in shown) return partsOf(shown, range).length > 0
  if (!('kind' in shown)) return physEntriesOf(shown).meeting(range.start, range.end).length > 0
  return reachedOf(shown, range).length > 0
}

/**
 * What the tables say now. What a unit may still have cached of `stale` ones, or finds in tables that are abandoned once
 * somebody writes there, depends on the moment and is no answer about a stage.
 */
const tablesIn = ({ tables, needsDmaFlag }: WalkedTables, range: Range): readonly Reached[] =>
  coalesceParts(
    partsOf(tables, range).filter(({ run }) => !needsDmaFlag || hasAny(run.grant, MEM_DMA)),
    ({ run: { grant }, phys, virt }): Reached => {
      const { read, write } = accessOf(grant.flags)
      return { phys, virt, read, write, pages: [], ...(grant.region && { grantedBy: grant.region }) }
    },
    (before, part) => ({ ...before, phys: { start: before.phys.start, end: part.phys.end } }),
  )

const physEntriesOf: (entries: readonly DmaEntry[]) => IntervalIndex<EntryRange> = memoize(entries =>
  intervalIndex(entries.map(entry => ({ start: entry.phys, end: entry.phys + entry.size, entry }))),
)

interface EntryRange extends Range {
  readonly entry: DmaEntry
}

/** Entries that cover some of `range`, those that continue each other taken together. */
function entriesIn(entries: readonly DmaEntry[], range: Range): readonly Reached[] {
  const met = physEntriesOf(entries).meeting(range.start, range.end)
  if (met.length === 0) return nothing
  const sorted = met.map(({ entry }) => entry).sort((a, b) => (a.virt < b.virt ? -1 : 1))
  return coalesce(
    sorted.map(entry => reachedBy(entry, range)),
    continuesEntry,
    (last, next) => ({
      ...last,
      phys: { start: last.phys.start, end: next.phys.end },
      pages: next.pages.reduce((pages, { size, count }) => addSize(pages, size, count), last.pages),
    }),
  )
}

/** What an entry shows of a range it covers some of. */
function reachedBy({ virt, phys: address, size, read, write, region }: DmaEntry, range: Range): Reached {
  const phys = overlap(range, rangeOf(address, size)) as Range
  const shown = { phys, virt: virt + (phys.start - address), read, write, pages: [{ size, count: 1 }] }
  return region ? { ...shown, grantedBy: region } : shown
}

const continuesEntry = (last: Reached, next: Reached): boolean =>
  last.phys.end === next.phys.start &&
  last.virt + sizeOfRange(last.phys) === next.virt &&
  last.grantedBy === next.grantedBy &&
  last.read === next.read &&
  last.write === next.write
