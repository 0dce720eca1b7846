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
  const borders = new Map<bigint, number[]>()
  for (const [index, item] of all.entries()) {
    const { start, end } = rangeOf(item)
    if (end <= start) continue
    addTo(borders, start, index)
    addTo(borders, end, index)
  }
  const sorted = [...borders].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const over: number[] = []
  return sorted.flatMap(([start, indexes], i): readonly RangePart<Item>[] => {
    for (const index of indexes) toggle(over, index)
    const end = sorted[i + 1]?.[0]
    if (end === undefined || over.length === 0) return []
    const items = over.slice(0, limit).map(index => all[index] as Item)
    return [{ range: { start, end }, items, count: over.length }]
  })
}

/** Puts a number into an ascending list, or takes it out. */
function toggle(ascending: number[], value: number): void {
  const at = countWhile(ascending.length, i => (ascending[i] as number) < value)
  ascending.splice(at, ascending[at] === value ? 1 : 0, ...(ascending[at] === value ? [] : [value]))
}
