import { MEM_COMM_REGION } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny, MiB, phys } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { describeRange, hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './end-for-size.md'

/** Below this, whole banks of devices and RAM are as large as their address. */
const LOWEST = 16n * MiB

export const endForSize: CellRule = {
  kind: 'cell',
  code: 'JH226',
  id: 'end-for-size',
  title: 'Size that looks like an end address',
  severity: 'warning',
  constraints: [],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      if (!looksLikeEnd(region)) continue
      const size = hex(region.size - region.phys_start)
      yield {
        span: at(region, 'size'),
        headline: `size of ${regionName(region)} looks like an end address`,
        notes: [
          `the region is ${describeRange(phys(region))}`,
          `from phys_start to ${hex(region.size)} it would be ${describeRange({ start: region.phys_start, end: region.size })}`,
        ],
        key: keyOf(region),
        ...fixes(fixOf(`Set size to ${size}`, setField(region, 'size', size), false)),
      }
    }
  },
}

const isPowerOfTwo = (size: bigint): boolean => (size & (size - 1n)) === 0n

/** A little more than the address, as an end is and no region of upstream; half of memory may be as large as it is high. */
const looksLikeEnd = (region: MemoryRegion): boolean =>
  LOWEST <= region.phys_start &&
  region.phys_start < region.size &&
  region.size - region.phys_start <= region.phys_start / 8n &&
  !isPowerOfTwo(region.size) &&
  !hasAny(region, MEM_COMM_REGION)
