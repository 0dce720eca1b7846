import { ADDRESS_BITS } from '../../config/architecture.ts'
import { regionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './address-range.md'

interface Limit {
  readonly field: 'phys_start' | 'virt_start'
  readonly reason: string
}

/** Why an address ends: the fields of a page-table entry, or the `unsigned long` of a prototype. */
const LIMITS: Readonly<Record<NonNullable<CellConfig['architecture']>, readonly Limit[]>> = {
  arm: [
    { field: 'phys_start', reason: 'the hypervisor computes addresses in 32 bits' },
    { field: 'virt_start', reason: 'the hypervisor computes addresses in 32 bits' },
  ],
  arm64: [
    { field: 'phys_start', reason: 'a page-table entry holds 48 bits' },
    { field: 'virt_start', reason: 'guest addresses have at most 48 bits' },
  ],
  x86: [
    { field: 'phys_start', reason: 'a page-table entry holds 52 bits' },
    { field: 'virt_start', reason: 'guest addresses have 48 bits' },
  ],
}

/** The upper bits of an address are cut off without a word (`PTE_*_ADDR_MASK`, `unsigned long` on 32-bit ARM). */
export const addressRange: CellRule = {
  kind: 'cell',
  code: 'JH212',
  id: 'address-range',
  title: 'Address out of range of the architecture',
  severity: 'error',
  constraints: [
    'mem-range-wrap',
    'mem-phys-beyond-pa',
    'mem-arm32-64bit',
    'mem-x86-virt-48',
    'amd-virt-48',
    'pvu-phys-48bit',
  ],
  charges: 'extent',
  rests: ['extent'],
  page,
  *check(cell) {
    if (!cell.architecture) return
    for (const region of cell.mem_regions) {
      const places = new Set<string>()
      for (const { field, reason } of LIMITS[cell.architecture]) {
        const bits = ADDRESS_BITS[cell.architecture][field]
        const place = outside(region, field, 1n << bits)
        // One size too large is one fault.
        if (region.size === 0n || region[field] + region.size <= 1n << bits || places.has(place)) continue
        places.add(place)
        yield {
          span: at(region, place),
          headline: `${regionName(region)} exceeds the ${bits} bits of ${field}`,
          notes: [`it ends at ${hex(region[field] + region.size)}: ${reason}, higher bits are dropped`],
          key: `${keyOf(region)} ${field}`,
        }
      }
    }
  },
}

const outside = (region: MemoryRegion, field: Limit['field'], limit: bigint) => (region[field] < limit ? 'size' : field)
