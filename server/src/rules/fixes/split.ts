import { regionsField, regionsStart } from '../../config/ivshmem.ts'
import type { CellConfig, DeclaredArray, MemoryRegion } from '../../config/model.ts'
import type { Range } from '../../config/ranges.ts'
import { arrayOf, hex } from '../places.ts'
import { setLength } from './arrays.ts'
import { type Change, together } from './change.ts'
import { setField } from './fields.ts'
import { indentAt, newlineOf, rewritten } from './surroundings.ts'

/** One part of a region that is split: where it lies in the machine, and how its text changes beside the addresses. */
export interface Part {
  readonly range: Range
  readonly change?: Change | undefined
}

/**
 * Writes a region as several, in its own style, each with the region's own offset between `virt_start` and
 * `phys_start`. The array grows, and shared-memory devices that count regions behind it count on.
 */
export function splitRegion(cell: CellConfig, region: MemoryRegion, parts: readonly Part[]): Change | undefined {
  const array = arrayOf(cell, 'mem_regions')
  const origin = region.source?.origin
  const [first] = parts
  if (!array || !origin || origin.expandedAt || !first) return undefined
  const element = origin.spelled
  const texts: string[] = []
  for (const part of parts) {
    const change = partChange(region, part)
    if (!change?.edits.every(({ span: at }) => element.start <= at.start && at.end <= element.end)) return undefined
    texts.push(rewritten(element, change.edits))
  }
  const { text } = element.file
  const separator = `,${newlineOf(text)}${indentAt(text, element.start)}`
  const added = parts.length - 1
  return together(
    { edits: [{ span: element, text: texts.join(separator) }], unsafe: true },
    grown(cell, array, added),
    movedOn(cell, region, added),
  )
}

const partChange = (region: MemoryRegion, { range, change }: Part): Change | undefined => {
  const offset = region.virt_start - region.phys_start
  return together(
    changed(region, 'phys_start', range.start),
    changed(region, 'virt_start', range.start + offset),
    changed(region, 'size', range.end - range.start),
    ...(change ? [change] : []),
  )
}

const NOTHING: Change = { edits: [] }

const changed = (region: MemoryRegion, field: 'phys_start' | 'virt_start' | 'size', value: bigint) =>
  region[field] === value ? NOTHING : setField(region, field, hex(value))

/** Room for more elements: spare ones at the end first, then a longer declaration and a count that says so. */
export function grown(cell: CellConfig, array: DeclaredArray, added: number): Change | undefined {
  const length = Math.max(array.length, array.initialised + added)
  if (length === array.length) return NOTHING
  const followsItself = cell.counts.num_memory_regions === array.length && !isLiteral(cell)
  return together(
    setLength(array, length),
    followsItself ? NOTHING : setField(cell, 'num_memory_regions', String(cell.counts.num_memory_regions + added)),
  )
}

/** Whether the count is a number by itself rather than the size of its array. */
function isLiteral(cell: CellConfig): boolean {
  const origin = cell.source?.fields.get('num_memory_regions')?.value.origin
  if (!origin || origin.expandedAt) return false
  const { file, start, end } = origin.spelled
  return /^\w+$/.test(file.text.slice(start, end))
}

const movedOn = (cell: CellConfig, region: MemoryRegion, added: number): Change | undefined =>
  together(
    ...cell.pci_devices.flatMap(device => {
      const start = regionsStart(device)
      const isBehind = start !== undefined && region.index < start
      return isBehind ? [setField(device, regionsField(device), String(start + added))] : []
    }),
  )
