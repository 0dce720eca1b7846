import { MEM_COMM_REGION } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { has, isAligned, phys } from '../../config/ranges.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex, hexDigits } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './address-slip.md'

/** An inmate may see memory elsewhere than it is, but hardly one digit away while it sees all else where it is. */
export const addressSlip: CellRule = {
  kind: 'cell',
  code: 'JH243',
  id: 'address-slip',
  title: 'Physical and guest address differ by a slip',
  severity: 'warning',
  constraints: [],
  charges: 'extent',
  page,
  *check(cell) {
    // Of the root, any difference is an error.
    if (cell.isRoot || !isMostlyIdentity(cell)) return
    for (const region of cell.mem_regions) {
      const slip = slipBetween(hexDigits(region.phys_start), hexDigits(region.virt_start))
      if (slip && isRealMemory(region) && isAligned(region.phys_start | region.virt_start))
        yield faultOf(cell, region, slip)
    }
  },
}

/** Whether all regions but this one and another are seen where they are. */
function isMostlyIdentity({ mem_regions }: CellConfig): boolean {
  const real = mem_regions.filter(isRealMemory)
  const moved = real.filter(({ phys_start, virt_start }) => phys_start !== virt_start)
  return moved.length <= MAX_DIFFERENT && 2 * moved.length < real.length
}

/** RAM at 0 for the inmate's entry, and the slip. */
const MAX_DIFFERENT = 2

const isRealMemory = (region: MemoryRegion): boolean =>
  0n < region.size &&
  !has(region, MEM_COMM_REGION) &&
  isWritten(region, 'phys_start') &&
  isWritten(region, 'virt_start')

function faultOf(cell: CellConfig, region: MemoryRegion, slip: string): RawFinding {
  const [odd, other] = physAdjoins(cell, region)
    ? (['virt_start', 'phys_start'] as const)
    : (['phys_start', 'virt_start'] as const)
  const set = (field: typeof odd, value: bigint) =>
    fixOf(`Set ${field} to ${hex(value)}`, setField(region, field, hex(value)), false)
  return {
    span: at(region, odd),
    headline: `${odd} ${hex(region[odd])} of ${regionName(region)} is ${other} with ${slip}`,
    notes: [
      `the cell sees [${hex(region.phys_start)}, …) at ${hex(region.virt_start)}, and nearly all else where it is`,
    ],
    related: [{ span: at(region, other), text: `${other} ${hex(region[other])}` }],
    key: keyOf(region),
    ...fixes(set(odd, region[other]), set(other, region[odd])),
  }
}

/** Whether the memory begins where that of another region ends, or ends where that begins: then it is right. */
const physAdjoins = ({ mem_regions }: CellConfig, region: MemoryRegion): boolean =>
  mem_regions.some(
    other => other !== region && (phys(other).end === region.phys_start || other.phys_start === phys(region).end),
  )

/** By which one slip of the fingers two numbers differ: a digit that one lacks, or two neighbours that changed places. */
function slipBetween(a: string, b: string): string | undefined {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short === '0') return undefined
  let same = 0
  while (same < short.length && short[same] === long[same]) same++
  if (long.length === short.length + 1)
    return short.slice(same) === long.slice(same + 1) ? 'one digit more or less' : undefined
  const [first = '', second = ''] = long.slice(same)
  return short !== long && short.slice(same) === second + first + long.slice(same + 2)
    ? 'two digits swapped'
    : undefined
}
