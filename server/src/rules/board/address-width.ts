import { regionName } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './address-width.md'
import { basis } from './words.ts'

/** Below this the second stage of arm64 begins at level 1, in one root table (`arm_s2_paging_alt`). */
const ONE_TABLE_BITS = 39

export const addressWidth: BoardRule = {
  kind: 'board',
  code: 'JH938',
  id: 'address-width',
  title: 'Addresses beyond the width of the CPUs',
  severity: 'error',
  constraints: ['mem-virt-beyond-ipa'],
  page,
  *check({ platform, scenario }) {
    const { physicalBits } = platform
    const { architecture, root_cell } = scenario.root
    if (!physicalBits || (architecture !== 'arm64' && architecture !== 'x86')) return
    const { bits, by } = physicalBits
    for (const region of [root_cell, ...scenario.cells].flatMap(cell => cell.mem_regions)) {
      const field = fieldBeyond(region, bits, architecture === 'arm64')
      if (field === undefined) continue
      yield {
        span: at(region, field),
        headline: `${regionName(region)} exceeds the ${bits} bits of physical addresses of the CPUs`,
        notes: [
          `it ends at ${hex(region[field] + region.size)}: ${consequence(field, bits, architecture)}`,
          `by ${by}, ${basis(physicalBits)}`,
        ],
        key: `${keyOf(region)} ${field}`,
      }
    }
  },
}

function fieldBeyond(region: MemoryRegion, bits: number, isArm64: boolean): 'phys_start' | 'virt_start' | undefined {
  const { phys_start, virt_start, size } = region
  if (size === 0n) return undefined
  if (1n << BigInt(bits) < phys_start + size) return 'phys_start'
  const guest = BigInt(Math.max(bits, ONE_TABLE_BITS))
  return isArm64 && 1n << guest < virt_start + size ? 'virt_start' : undefined
}

function consequence(field: 'phys_start' | 'virt_start', bits: number, architecture: 'arm64' | 'x86'): string {
  if (architecture === 'x86') return 'reserved bits in the entry stop the guest at the first access'
  if (field === 'phys_start') return 'an access faults, and parks the CPU'
  return bits < 44
    ? 'the entry is written behind the root table, over memory of the hypervisor'
    : 'no CPU of the cell can issue such an address'
}
