import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, describe, hex, keyOf } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './address-range.md'

interface Limit {
  readonly field: 'phys_start' | 'virt_start'
  readonly bits: bigint
  readonly because: string
}

/** How far the address fields of a page-table entry, or the `unsigned long` of a prototype, reach. */
const LIMITS: Readonly<Record<NonNullable<CellConfig['architecture']>, readonly Limit[]>> = {
  arm: [
    { field: 'phys_start', bits: 32n, because: 'the hypervisor counts addresses in 32 bits here' },
    { field: 'virt_start', bits: 32n, because: 'the hypervisor counts addresses in 32 bits here' },
  ],
  arm64: [
    { field: 'phys_start', bits: 48n, because: 'a page-table entry holds 48 bits' },
    { field: 'virt_start', bits: 48n, because: 'a cell has at most 48 bits of addresses' },
  ],
  x86: [
    { field: 'phys_start', bits: 52n, because: 'a page-table entry holds 52 bits' },
    { field: 'virt_start', bits: 48n, because: 'a cell has 48 bits of addresses' },
  ],
}

/** The upper bits of an address are cut off without a word (`PTE_*_ADDR_MASK`, `unsigned long` on 32-bit ARM). */
export const addressRange: CellRule = {
  kind: 'cell',
  code: 'JH212',
  id: 'address-range',
  title: 'A region lies within the addresses of its architecture',
  severity: 'error',
  constraints: [
    'mem-range-wrap',
    'mem-phys-beyond-pa',
    'mem-arm32-64bit',
    'mem-x86-virt-48',
    'amd-virt-48',
    'pvu-phys-48bit',
  ],
  page,
  *check(cell) {
    if (!cell.architecture) return
    for (const region of cell.mem_regions)
      for (const { field, bits, because } of LIMITS[cell.architecture])
        if (region.size > 0n && region[field] + region.size > 1n << bits)
          yield {
            span: at(region, outside(region, field, 1n << bits)),
            headline: `${describe(region)} reaches ${hex(region[field] + region.size)} by its ${field}, past ${hex(1n << bits)}: ${because}, and the rest is cut off`,
            key: `${keyOf(region)} ${field}`,
          }
  },
}

const outside = (region: MemoryRegion, field: Limit['field'], limit: bigint) => (region[field] < limit ? 'size' : field)
