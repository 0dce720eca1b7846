import { sizeIsEnd } from '../config/end-for-size.ts'
import type { CellConfig, MemoryRegion } from '../config/model.ts'
import type { Range } from '../config/ranges.ts'
import { arrayOf } from '../config/written.ts'
import { hex } from '../text/words.ts'
import { type Change, NO_CHANGE, together } from './change.ts'
import { replaceElement } from './elements.ts'
import { setField } from './fields.ts'
import { rewritten } from './layout.ts'

/** One part of a region that is split: where it lies in the machine, and how its text changes beside the addresses. */
export interface Part {
  readonly range: Range
  readonly change?: Change | undefined
}

/**
 * Writes a region as several, in its own style, each with the region's own offset between `virt_start` and
 * `phys_start`. The array grows, and shared-memory devices that count regions behind it count on. A region whose size
 * looks like an end is not cut: the parts would keep what it should never have reached.
 */
export function splitRegion(cell: CellConfig, region: MemoryRegion, parts: readonly Part[]): Change | undefined {
  const array = arrayOf(cell, 'mem_regions')
  const origin = region.source?.origin
  if (!array || !origin || origin.expandedAt || sizeIsEnd(region)) return undefined
  const element = origin.spelled
  const texts: string[] = []
  for (const part of parts) {
    const change = partChange(region, part)
    if (!change?.edits.every(({ span }) => element.start <= span.start && span.end <= element.end)) return undefined
    texts.push(rewritten(element, change.edits))
  }
  // What remains of it may be one part, which makes no other element and takes memory away all the same.
  return together({ edits: [], unsafe: true }, replaceElement(cell, array, region.index, texts))
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

const changed = (region: MemoryRegion, field: 'phys_start' | 'virt_start' | 'size', value: bigint) =>
  region[field] === value ? NO_CHANGE : setField(region, field, hex(value))
