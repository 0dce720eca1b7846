import { type ListItem, listAt } from '../../c/raw/lists.ts'
import type { CellConfig, DeclaredArray, MemoryRegion } from '../../config/model.ts'
import { spanAt } from '../../edit/layout.ts'
import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import { sharesRegion } from '../ivshmem.ts'

/** What is written at one place, an element or a macro for several, with its comments and its comma. */
export interface ArrayElementText {
  /** From behind the element before it. */
  readonly text: Span
  /** Its element alone. */
  readonly element: Span
  /** The comments in front of it and behind it. */
  readonly comments: readonly Span[]
  readonly regions: readonly MemoryRegion[]
  /** Shared-memory devices find it by its index. */
  readonly isShared: boolean
}

/** The elements of an array without gap or remainder; undefined when more than elements and comments stands in it. */
export function elementTexts(cell: CellConfig, array: DeclaredArray): readonly ArrayElementText[] | undefined {
  const braces = array.value.origin
  if (!braces || braces.expandedAt || cell.mem_regions.length < array.initialised) return undefined
  const list = listAt(braces.spelled.file, braces.spelled.start)
  const groups = byPlace(cell.mem_regions.slice(0, array.initialised))
  if (!list?.isPlain || list.items.length !== groups.length) return undefined
  const elements = list.items.map((item, i) => textOfItem(cell, item, groups[i]!, list.items[i - 1]?.whole.end))
  return elements.includes(undefined) ? undefined : elements.filter(element => element !== undefined)
}

function textOfItem(
  cell: CellConfig,
  { span, before, after, whole }: ListItem,
  regions: readonly MemoryRegion[],
  start: number | undefined,
): ArrayElementText | undefined {
  const origin = regions[0]?.source?.origin
  const element = origin && primarySpan(origin)
  if (!element || element.start < span.start || span.end < element.end) return undefined
  const isShared = regions.some(({ index }) => cell.pci_devices.some(device => sharesRegion(device, index)))
  const text = spanAt(span.file, start ?? firstStart(whole), whole.end)
  return { text, element: span, comments: [...before, ...after], regions, isShared }
}

/** The first begins with the line break and indentation in front of it, as the others do. */
function firstStart({ file, start }: Span): number {
  return file.text.slice(0, start).trimEnd().length
}

/** Regions that one macro use makes stand in one place. */
function byPlace(regions: readonly MemoryRegion[]): readonly (readonly MemoryRegion[])[] {
  const groups = new Map<number, MemoryRegion[]>()
  for (const region of regions) {
    const start = region.source?.origin ? primarySpan(region.source.origin).start : -1
    groups.set(start, [...(groups.get(start) ?? []), region])
  }
  return [...groups.values()]
}
