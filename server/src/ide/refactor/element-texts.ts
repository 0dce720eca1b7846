import type { CellConfig, DeclaredArray, MemoryRegion } from '../../config/model.ts'
import { commaAfter, endsLine, lineEnd, skipBlanks, spanAt } from '../../rules/fixes/surroundings.ts'
import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import { sharesRegion } from '../ivshmem.ts'

/** What is written at one place, an element or a macro for several, with its comments and its comma. */
export interface ArrayElementText {
  readonly text: Span
  /** Its element alone. */
  readonly element: Span
  readonly regions: readonly MemoryRegion[]
  /** Shared-memory devices find it by its index. */
  readonly isShared: boolean
}

/** The pieces of an array without gap or remainder; undefined when more than elements and comments stands in it. */
export function elementTexts(cell: CellConfig, array: DeclaredArray): readonly ArrayElementText[] | undefined {
  const braces = array.value.origin
  if (!braces || braces.expandedAt || cell.mem_regions.length < array.initialised) return undefined
  const { file } = braces.spelled
  let start = endOfLine(braces.spelled, braces.spelled.start + 1)
  const elements: ArrayElementText[] = []
  for (const regions of byPlace(cell.mem_regions.slice(0, array.initialised))) {
    const origin = regions[0]?.source?.origin
    const element = origin && primarySpan(origin)
    if (element?.file !== file || skipBlanks(file.text, start) !== element.start) return undefined
    const end = endOfLine(element, (commaAfter(element) ?? element.end - 1) + 1)
    const isShared = regions.some(({ index }) => cell.pci_devices.some(device => sharesRegion(device, index)))
    elements.push({ text: spanAt(file, start, end), element, regions, isShared })
    start = end
  }
  return skipBlanks(file.text, start) === braces.spelled.end - 1 ? elements : undefined
}

/** Comments behind an element on its line are its own. */
const endOfLine = ({ file: { text } }: Span, offset: number): number =>
  endsLine(text, offset) ? lineEnd(text, offset) : offset

/** Regions that one macro use makes stand in one place. */
function byPlace(regions: readonly MemoryRegion[]): readonly (readonly MemoryRegion[])[] {
  const groups = new Map<number, MemoryRegion[]>()
  for (const region of regions) {
    const start = region.source?.origin ? primarySpan(region.source.origin).start : -1
    groups.set(start, [...(groups.get(start) ?? []), region])
  }
  return [...groups.values()]
}
