import { addTo } from './groups.ts'
import type { Range } from './range-set.ts'
import { countWhile } from './sorted.ts'

/** A part of some ranges that lies wholly inside or wholly outside of each. */
export interface RangePart<Item> {
  readonly range: Range
  /** The first of the items it lies in, in the order of the list, and how many they are. */
  readonly items: readonly Item[]
  readonly count: number
}

/** Cuts where a range begins or ends: all parts that lie in one, by address. One walk, however many lie over each other. */
export function partsOf<Item>(
  all: readonly Item[],
  rangeOf: (item: Item) => Range,
  limit: number,
): readonly RangePart<Item>[] {
  const over: number[] = []
  return betweenBorders(
    all.map(rangeOf),
    index => toggle(over, index),
    range =>
      over.length === 0
        ? []
        : [{ range, items: over.slice(0, limit).map(index => all[index] as Item), count: over.length }],
  )
}

/**
 * Walks over the borders of some ranges by address. At each, `cross` gets those that begin (1) and end (-1);
 * `partOf` then says what lies from there to the next. Empty ranges have no borders.
 */
export function betweenBorders<Part>(
  ranges: readonly Range[],
  cross: (index: number, change: 1 | -1) => void,
  partOf: (range: Range) => readonly Part[],
): readonly Part[] {
  const borders = new Map<bigint, (() => void)[]>()
  for (const [index, { start, end }] of ranges.entries()) {
    if (end <= start) continue
    addTo(borders, start, () => cross(index, 1))
    addTo(borders, end, () => cross(index, -1))
  }
  const sorted = [...borders].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return sorted.flatMap(([start, crossings], i) => {
    for (const crossing of crossings) crossing()
    const end = sorted[i + 1]?.[0]
    return end === undefined ? [] : partOf({ start, end })
  })
}

/** Puts a number into an ascending list, or takes it out. */
function toggle(ascending: number[], value: number): void {
  const at = countWhile(ascending.length, i => (ascending[i] as number) < value)
  ascending.splice(at, ascending[at] === value ? 1 : 0, ...(ascending[at] === value ? [] : [value]))
}
