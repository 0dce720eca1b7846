import {
  type Child,
  entriesOf,
  type Filled,
  type Grant,
  isChild,
  levelOf,
  type PageTables,
  type Segment,
  type Table,
  type TableFormat,
} from './page-tables.ts'
import { childAt, cut, insert, physAt, positionOf } from './segments.ts'

/**
 * Page tables while a command changes them, and their final value afterwards. Tables made by this command are changed in
 * place, older ones are copied first: earlier stages keep theirs.
 */
export interface Edit extends PageTables {
  /** The command's mark on tables it may change. */
  readonly token: object
  /** Pages the pool can still hand out. */
  free: number
  tables: number
  readonly leaves: number[]
}

/** What a mapping puts into the tables. */
export interface Content {
  readonly grant: Grant
  readonly isConstant: boolean
  /** PAGING_HUGE: leaves may be as large as alignment allows. */
  readonly huge: boolean
}

/** The same object again for every operation of one command. */
export function openEdit(tables: PageTables, token: object, free: number): Edit {
  if (isEdit(tables) && tables.token === token) {
    tables.free = free
    return tables
  }
  const { format, root } = tables
  return { format, token, root: copyOf(root, token), free, tables: tables.tables, leaves: [...tables.leaves] }
}

const isEdit = (tables: PageTables): tables is Edit => 'token' in tables

const copyOf = (table: Table, token: object): Table => ({
  level: table.level,
  edit: token,
  segments: [...table.segments],
})

/** Tables below one entry of `level` all of whose leaves are on `leafLevel`. */
export function tablesBelow(format: TableFormat, level: number, leafLevel: number): number {
  let tables = 0
  for (let below = level + 1; below <= leafLevel; below++)
    tables += levelOf(format, level).span / levelOf(format, below - 1).span
  return tables
}

/** Counts entries of a run in (`sign` 1) or out (-1). */
function account(edit: Edit, level: number, filled: Filled, sign: 1 | -1): void {
  const entries = (filled.to - filled.from) * sign
  const { span } = levelOf(edit.format, level)
  charge(edit, entries * tablesBelow(edit.format, level, filled.leafLevel))
  edit.leaves[filled.leafLevel] =
    (edit.leaves[filled.leafLevel] ?? 0) + entries * (span / levelOf(edit.format, filled.leafLevel).span)
}

function charge(edit: Edit, pages: number): void {
  edit.tables += pages
  edit.free -= pages
}

/** Segment over entry `index`, if it is not empty. */
export function segmentAt(table: Table, index: number): Segment | undefined {
  const segment = table.segments[positionOf(table.segments, index)]
  return segment && segment.from <= index ? segment : undefined
}

/** First entry behind `index` that is not empty, or the end of the table. */
export const nextUsed = (edit: Edit, table: Table, index: number): number =>
  table.segments[positionOf(table.segments, index)]?.from ?? entriesOf(edit.format, table.level)

/** Writes a run over whatever runs are there; tables in its way must be gone. */
export function put(edit: Edit, table: Table, filled: Filled): void {
  clear(edit, table, filled.from, filled.to)
  insert(table.segments, filled, levelOf(edit.format, table.level).span)
  account(edit, table.level, filled, 1)
}

/** Empties entries; tables below runs are freed, tables that are no run must be gone. */
export function clear(edit: Edit, table: Table, from: number, to: number): void {
  for (const removed of cut(table.segments, from, to, levelOf(edit.format, table.level).span))
    if (!isChild(removed)) account(edit, table.level, removed, -1)
}

/** Frees the empty table behind entry `index` and clears the entry. */
export function dropChild(edit: Edit, table: Table, index: number): void {
  cut(table.segments, index, index + 1, levelOf(edit.format, table.level).span)
  charge(edit, -1)
}

/** Takes a table with all it still holds out of the walk without freeing it: `set_terminal` over a table entry. */
export function leakChild(edit: Edit, table: Table, child: Child): void {
  const lost = tallyOf(edit.format, child.child)
  cut(table.segments, child.from, child.to, levelOf(edit.format, table.level).span)
  edit.tables -= lost.tables
  for (const [level, count] of lost.leaves.entries()) edit.leaves[level] = (edit.leaves[level] ?? 0) - count
}

function tallyOf(format: TableFormat, table: Table): { tables: number; leaves: number[] } {
  const leaves = format.levels.map(() => 0)
  let tables = 1
  for (const segment of table.segments) {
    if (isChild(segment)) {
      const below = tallyOf(format, segment.child)
      tables += below.tables
      for (const [level, count] of below.leaves.entries()) leaves[level] = (leaves[level] ?? 0) + count
    } else {
      const entries = segment.to - segment.from
      const perEntry = levelOf(format, table.level).span / levelOf(format, segment.leafLevel).span
      tables += entries * tablesBelow(format, table.level, segment.leafLevel)
      leaves[segment.leafLevel] = (leaves[segment.leafLevel] ?? 0) + entries * perEntry
    }
  }
  return { tables, leaves }
}

/** The table behind an entry that holds one, ready to be changed. */
export function ownChild(edit: Edit, table: Table, child: Child): Table {
  if (child.child.edit === edit.token) return child.child
  const own = copyOf(child.child, edit.token)
  table.segments[positionOf(table.segments, child.from)] = childAt(child.from, own)
  return own
}

/** A new, empty table behind an empty entry; undefined if the pool is empty. */
export function addChild(edit: Edit, table: Table, index: number): Table | undefined {
  if (edit.free < 1) return undefined
  return linkChild(edit, table, index)
}

function linkChild(edit: Edit, table: Table, index: number): Table {
  const child: Table = { level: table.level + 1, edit: edit.token, segments: [] }
  insert(table.segments, childAt(index, child), 1)
  charge(edit, 1)
  return child
}

/** Turns one entry of a run of full tables into a table of its own: nothing is allocated, it is only spelled out. */
export function spellOut(edit: Edit, table: Table, filled: Filled, index: number): Table {
  const phys = physAt(filled, index, levelOf(edit.format, table.level).span)
  clear(edit, table, index, index + 1)
  const child = linkChild(edit, table, index)
  put(edit, child, { ...filled, from: 0, to: entriesOf(edit.format, child.level), phys })
  return child
}

/** The reverse: a table that has become one run all over is kept as part of its parent's runs. */
export function settle(edit: Edit, table: Table, index: number, child: Table): void {
  const only = child.segments.length === 1 ? child.segments[0] : undefined
  if (!only || isChild(only) || only.from !== 0 || only.to !== entriesOf(edit.format, child.level)) return
  const { span } = levelOf(edit.format, table.level)
  cut(table.segments, index, index + 1, span)
  insert(table.segments, { ...only, from: index, to: index + 1 }, span)
}
