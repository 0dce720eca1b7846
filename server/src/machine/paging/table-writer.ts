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
export interface TableWriter extends PageTables {
  /** The command's mark on tables it may change. */
  readonly generation: object
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
export function openWriter(tables: PageTables, generation: object, free: number): TableWriter {
  if (isWriter(tables) && tables.generation === generation) {
    tables.free = free
    return tables
  }
  const { format, root } = tables
  return { format, generation, root: copyOf(root, generation), free, tables: tables.tables, leaves: [...tables.leaves] }
}

const isWriter = (tables: PageTables): tables is TableWriter => 'generation' in tables

const copyOf = (table: Table, generation: object): Table => ({
  level: table.level,
  generation,
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
function account(writer: TableWriter, level: number, filled: Filled, sign: 1 | -1): void {
  const entries = (filled.to - filled.from) * sign
  const { span } = levelOf(writer.format, level)
  charge(writer, entries * tablesBelow(writer.format, level, filled.leafLevel))
  writer.leaves[filled.leafLevel] =
    (writer.leaves[filled.leafLevel] ?? 0) + entries * (span / levelOf(writer.format, filled.leafLevel).span)
}

function charge(writer: TableWriter, pages: number): void {
  writer.tables += pages
  writer.free -= pages
}

/** Segment over entry `index`, if it is not empty. */
export function segmentAt(table: Table, index: number): Segment | undefined {
  const segment = table.segments[positionOf(table.segments, index)]
  return segment && segment.from <= index ? segment : undefined
}

/** First entry behind `index` that is not empty, or the end of the table. */
export const nextUsed = (writer: TableWriter, table: Table, index: number): number =>
  table.segments[positionOf(table.segments, index)]?.from ?? entriesOf(writer.format, table.level)

/** Writes a run over whatever runs are there; tables in its way must be gone. */
export function put(writer: TableWriter, table: Table, filled: Filled): void {
  clear(writer, table, filled.from, filled.to)
  insert(table.segments, filled, levelOf(writer.format, table.level).span)
  account(writer, table.level, filled, 1)
}

/** Empties entries; tables below runs are freed, tables that are no run must be gone. */
export function clear(writer: TableWriter, table: Table, from: number, to: number): void {
  for (const removed of cut(table.segments, from, to, levelOf(writer.format, table.level).span))
    if (!isChild(removed)) account(writer, table.level, removed, -1)
}

/** Frees the empty table behind entry `index` and clears the entry. */
export function dropChild(writer: TableWriter, table: Table, index: number): void {
  cut(table.segments, index, index + 1, levelOf(writer.format, table.level).span)
  charge(writer, -1)
}

/** Takes a table with all it still holds out of the walk without freeing it: `set_terminal` over a table entry. */
export function leakChild(writer: TableWriter, table: Table, child: Child): void {
  const lost = tallyOf(writer.format, child.child)
  cut(table.segments, child.from, child.to, levelOf(writer.format, table.level).span)
  writer.tables -= lost.tables
  for (const [level, count] of lost.leaves.entries()) writer.leaves[level] = (writer.leaves[level] ?? 0) - count
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
export function ownChild(writer: TableWriter, table: Table, child: Child): Table {
  if (child.child.generation === writer.generation) return child.child
  const own = copyOf(child.child, writer.generation)
  table.segments[positionOf(table.segments, child.from)] = childAt(child.from, own)
  return own
}

/** A new, empty table behind an empty entry; undefined if the pool is empty. */
export function addChild(writer: TableWriter, table: Table, index: number): Table | undefined {
  if (writer.free < 1) return undefined
  return linkChild(writer, table, index)
}

function linkChild(writer: TableWriter, table: Table, index: number): Table {
  const child: Table = { level: table.level + 1, generation: writer.generation, segments: [] }
  insert(table.segments, childAt(index, child), 1)
  charge(writer, 1)
  return child
}

/** Turns one entry of a run of full tables into a table of its own: nothing is allocated, it is only spelled out. */
export function spellOut(writer: TableWriter, table: Table, filled: Filled, index: number): Table {
  const phys = physAt(filled, index, levelOf(writer.format, table.level).span)
  clear(writer, table, index, index + 1)
  const child = linkChild(writer, table, index)
  put(writer, child, { ...filled, from: 0, to: entriesOf(writer.format, child.level), phys })
  return child
}

/** The reverse: a table that has become one run all over is kept as part of its parent's runs. */
export function settle(writer: TableWriter, table: Table, index: number, child: Table): void {
  const only = child.segments.length === 1 ? child.segments[0] : undefined
  if (!only || isChild(only) || only.from !== 0 || only.to !== entriesOf(writer.format, child.level)) return
  const { span } = levelOf(writer.format, table.level)
  cut(table.segments, index, index + 1, span)
  insert(table.segments, { ...only, from: index, to: index + 1 }, span)
}
