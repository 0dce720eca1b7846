import { capacityOf, type Filled, isChild, levelOf, type Segment, type Table } from './page-tables.ts'
import { physAt } from './segments.ts'
import {
  addChild,
  type Content,
  clear,
  dropChild,
  leakChild,
  nextUsed,
  ownChild,
  put,
  segmentAt,
  settle,
  spellOut,
  type TableWriter,
  tablesBelow,
} from './table-writer.ts'

/**
 * `paging_create`: maps `pages` pages from page `virt` to page `phys`, with the largest leaves that fit. Later mappings
 * overwrite earlier ones; nothing is joined to larger leaves. Answers whether the pool sufficed; if not, what was mapped
 * so far stays.
 */
export function paging_create(
  writer: TableWriter,
  virt: number,
  phys: number,
  pages: number,
  content: Content,
): boolean {
  const capacity = capacityOf(writer.format)
  // Addresses wrap at the end of the root table: what the next round overwrites anyway need not be played.
  const skipped = Math.max(0, Math.floor(pages / capacity) - 2) * capacity
  let index = virt % capacity
  let from = phys + (content.isConstant ? 0 : skipped)
  let left = pages - skipped
  while (left > 0) {
    const round = Math.min(left, capacity - index)
    if (!mapRange(writer, writer.root, index, from, round, content)) return false
    index = 0
    from += content.isConstant ? 0 : round
    left -= round
  }
  return true
}

/** Maps pages `[at, at + pages)` of one table. */
function mapRange(
  writer: TableWriter,
  table: Table,
  position: number,
  phys: number,
  pages: number,
  content: Content,
): boolean {
  const { span } = levelOf(writer.format, table.level)
  const end = position + pages
  const physOf = (page: number): number => (content.isConstant ? phys : phys + (page - position))
  let page = position
  while (page < end) {
    const index = Math.floor(page / span)
    const offset = page - index * span
    const whole = offset === 0 ? Math.floor((end - page) / span) : 0
    if (whole > 0) {
      if (!mapEntries(writer, table, index, index + whole, physOf(page), content)) return false
      page += whole * span
    } else {
      const part = Math.min(end - page, span - offset)
      const child = tableBehind(writer, table, index, content.huge)
      if (!child || !mapRange(writer, child, offset, physOf(page), part, content)) return false
      settle(writer, table, index, child)
      page += part
    }
  }
  return true
}

/** Level on which whole entries of `level` get their leaves. */
function leafLevelOf(writer: TableWriter, level: number, phys: number, { huge, isConstant }: Content): number {
  const last = writer.format.levels.length - 1
  if (!huge || isConstant) return last
  for (let below = level; below < last; below++) {
    const { span, leaf } = levelOf(writer.format, below)
    if (leaf && phys % span === 0) return below
  }
  return last
}

/** Maps whole entries `[from, to)` of a table, run by run of what is there. */
function mapEntries(
  writer: TableWriter,
  table: Table,
  from: number,
  to: number,
  phys: number,
  content: Content,
): boolean {
  const { span } = levelOf(writer.format, table.level)
  const leafLevel = leafLevelOf(writer, table.level, phys, content)
  const physOf = (index: number): number => (content.isConstant ? phys : phys + (index - from) * span)
  if (content.grant.absent) return mapAbsent(writer, table, { from, to, leafLevel }, physOf, content)
  const fill = (first: number, end: number): void => {
    const start = physOf(first) % writer.format.physPages
    put(writer, table, {
      from: first,
      to: end,
      phys: start,
      leafLevel,
      grant: content.grant,
      isConstant: content.isConstant,
    })
  }
  let index = from
  while (index < to) {
    const segment = segmentAt(table, index)
    if (segment && isChild(segment) && leafLevel === table.level) {
      overwriteTable(writer, table, index, content.huge)
      fill(index, index + 1)
      index++
    } else if (segment && isChild(segment)) {
      if (!mapBelow(writer, table, index, physOf(index), content)) return false
      index++
    } else {
      const end = Math.min(to, segment ? segment.to : nextUsed(writer, table, index))
      const affordable = countAffordable(writer, table, segment, leafLevel, end - index)
      if (affordable > 0) fill(index, index + affordable)
      index += affordable
      // One entry too many for the pool: played step by step, it ends where the real one does.
      if (index < end && !mapBelow(writer, table, index++, physOf(index - 1), content)) return false
    }
  }
  return true
}

/**
 * Leaves without the present bit: the tables on the way are made, and everybody takes the entries for empty ones
 * afterwards, the hypervisor's own walks included.
 */
function mapAbsent(
  writer: TableWriter,
  table: Table,
  { from, to, leafLevel }: { readonly from: number; readonly to: number; readonly leafLevel: number },
  physOf: (index: number) => number,
  content: Content,
): boolean {
  for (let index = from; index < to; index++) {
    const segment = segmentAt(table, index)
    if (leafLevel > table.level) {
      if (!mapBelow(writer, table, index, physOf(index), content)) return false
    } else if (!segment) index = Math.min(to, nextUsed(writer, table, index)) - 1
    else if (isChild(segment)) {
      overwriteTable(writer, table, index, content.huge)
      clear(writer, table, index, index + 1)
    } else clear(writer, table, index, index + 1)
  }
  return true
}

/** How many of `wanted` entries, all in the same state, the pool still has tables for. */
function countAffordable(
  writer: TableWriter,
  table: Table,
  before: Segment | undefined,
  leafLevel: number,
  wanted: number,
): number {
  const had = before && !isChild(before) ? tablesBelow(writer.format, table.level, before.leafLevel) : 0
  const cost = tablesBelow(writer.format, table.level, leafLevel) - had
  return cost > 0 ? Math.min(wanted, Math.floor(Math.max(0, writer.free) / cost)) : wanted
}

function mapBelow(writer: TableWriter, table: Table, index: number, phys: number, content: Content): boolean {
  const child = tableBehind(writer, table, index, content.huge)
  if (!child || !mapRange(writer, child, 0, phys, levelOf(writer.format, table.level).span, content)) return false
  settle(writer, table, index, child)
  return true
}

/** The table behind an entry, made or split out of a leaf if need be; undefined when the pool is empty. */
function tableBehind(writer: TableWriter, table: Table, index: number, huge: boolean): Table | undefined {
  const segment = segmentAt(table, index)
  if (!segment) return addChild(writer, table, index)
  if (isChild(segment)) return ownChild(writer, table, segment)
  if (segment.leafLevel > table.level) return spellOut(writer, table, segment, index)
  return split_hugepage(writer, table, index, segment, huge)
}

/**
 * `split_hugepage`: the entry is replaced by a table before that table is filled again, so an empty pool loses the rest
 * of the leaf. Without `huge`, as all unmapping asks, the refill uses 4 KiB leaves only.
 */
function split_hugepage(
  writer: TableWriter,
  table: Table,
  index: number,
  leaf: Filled,
  huge: boolean,
): Table | undefined {
  if (writer.free < 1) return undefined
  const { span } = levelOf(writer.format, table.level)
  const phys = physAt(leaf, index, span)
  clear(writer, table, index, index + 1)
  const child = addChild(writer, table, index)
  const { grant, isConstant } = leaf
  return child && mapRange(writer, child, 0, phys, span, { grant, isConstant, huge }) ? child : undefined
}

/** A leaf is about to replace a table: the finer mapping is taken down first, and what that misses is lost. */
function overwriteTable(writer: TableWriter, table: Table, index: number, huge: boolean): void {
  const { span } = levelOf(writer.format, table.level)
  destroyRange(writer, table, index * span, span, huge)
  const rest = segmentAt(table, index)
  if (rest && isChild(rest)) leakChild(writer, table, rest)
}

/**
 * `paging_destroy`: unmaps `pages` pages from page `virt`. Where the walk ends at an empty entry it goes on one size of
 * that level further, so what lies behind a hole may stay mapped. Answers false if a leaf had to be split and the pool
 * was empty.
 */
export function paging_destroy(writer: TableWriter, virt: number, pages: number): boolean {
  const capacity = capacityOf(writer.format)
  const rounds = Math.floor(pages / capacity)
  return destroyRange(writer, writer.root, virt, rounds > 2 ? (pages % capacity) + 2 * capacity : pages, false)
}

function destroyRange(writer: TableWriter, root: Table, virt: number, pages: number, huge: boolean): boolean {
  const capacity = root.level === 0 ? capacityOf(writer.format) : Number.MAX_SAFE_INTEGER
  let index = virt % capacity
  let left = pages
  while (left > 0) {
    const step = destroyStep(writer, root, index, left, huge)
    if (step === 'split failed') return false
    if (step === 'hole ends it') return true
    index = (index + step) % capacity
    left -= step
  }
  return true
}

interface Visited {
  readonly table: Table
  readonly index: number
}

/** One walk from the root and what it clears; answers how many pages that was, equal entries taken together. */
function destroyStep(
  writer: TableWriter,
  root: Table,
  virt: number,
  left: number,
  huge: boolean,
): number | 'split failed' | 'hole ends it' {
  const path: Visited[] = []
  let table = root
  let position = virt
  for (;;) {
    const { span } = levelOf(writer.format, table.level)
    const index = Math.floor(position / span)
    const offset = position - index * span
    const segment = segmentAt(table, index)
    if (!segment) {
      const step = stepOverHole(writer, table, position, left, path.length === 0)
      freeEmpty(writer, table, path)
      return step
    }
    const whole = offset === 0 && !isChild(segment) ? Math.min(segment.to - index, Math.floor(left / span)) : 0
    if (whole > 0) {
      clear(writer, table, index, index + whole)
      freeEmpty(writer, table, path)
      return whole * span
    }
    const child = tableBehind(writer, table, index, huge)
    if (!child) return 'split failed'
    path.push({ table, index })
    table = child
    position = offset
  }
}

/** An empty entry: levels without leaves of their own are passed page by page, others in strides of a whole entry. */
function stepOverHole(
  writer: TableWriter,
  table: Table,
  position: number,
  left: number,
  isStart: boolean,
): number | 'hole ends it' {
  const { span, leaf } = levelOf(writer.format, table.level)
  const index = Math.floor(position / span)
  const isFreed = table.segments.length === 0 && !isStart
  const end = isFreed ? index + 1 : nextUsed(writer, table, index)
  if (!leaf) return Math.min(left, isFreed ? 1 : end * span - position)
  return left < (end - index) * span ? 'hole ends it' : (end - index) * span
}

/** Walking up again: tables that became empty are freed, the root excepted. */
function freeEmpty(writer: TableWriter, table: Table, path: Visited[]): void {
  let empty = table.segments.length === 0
  for (let above = path.pop(); empty && above; above = path.pop()) {
    dropChild(writer, above.table, above.index)
    empty = above.table.segments.length === 0
  }
}
