import { IOMMU_INTEL, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { SystemConfig } from '../../config/model.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at } from '../places.ts'
import type { SystemRule } from '../rule.ts'
import page from './interrupt-limit.md'

export const interruptLimit: SystemRule = {
  kind: 'system',
  code: 'JH332',
  id: 'interrupt-limit',
  title: 'There is room to remap the interrupts of all devices',
  severity: 'error',
  constraints: ['vtd-interrupt-limit', 'rev-vtd-interrupt-limit', 'vtd-interrupt-limit-too-small'],
  page,
  *check(system) {
    const { platform_info, architecture } = system
    if (architecture !== 'x86' || !platform_info.iommu_units.some(({ type }) => type === IOMMU_INTEL)) return
    const limit = platform_info.x86.vtd_interrupt_limit
    if (limit === undefined) return
    const needed = vectorsOf(system)
    const right = 2 ** Math.ceil(Math.log2(120 + needed))
    if (limit >= Math.max(2, needed) && limit <= 32768) return
    yield {
      span: at(platform_info.x86, 'vtd_interrupt_limit'),
      headline:
        limit > 32768
          ? `vtd_interrupt_limit ${limit} is more than the 32768 a table holds: refused with EINVAL`
          : limit < 2
            ? `vtd_interrupt_limit is ${isWritten(platform_info.x86, 'vtd_interrupt_limit') ? limit : 'not given'}: the table of remapped interrupts gets a senseless size`
            : `the devices and IOAPICs of the root need ${needed} remapped interrupts, but vtd_interrupt_limit is ${limit}: refused with E2BIG`,
      ...fixes(
        right <= 32768
          ? fixOf(
              `Set vtd_interrupt_limit to ${right}`,
              setField(platform_info.x86, 'vtd_interrupt_limit', String(right)),
            )
          : undefined,
      ),
    }
  },
}

/** What `vtd_reserve_int_remap_region` sets aside for the root: each function's vectors and each IOAPIC pin. */
function vectorsOf({ root_cell }: SystemConfig): number {
  const devices = new Map<number, number>()
  for (const { type, bdf, num_msi_vectors, num_msix_vectors } of root_cell.pci_devices)
    if (type !== PCI_TYPE_IVSHMEM && !devices.has(bdf)) devices.set(bdf, Math.max(num_msi_vectors, num_msix_vectors))
  const pins = root_cell.irqchips.flatMap(({ pin_bitmap }) => pin_bitmap.map(bitsOf))
  return [...devices.values(), ...pins].reduce((sum, each) => sum + each, 0)
}

function bitsOf(word: number): number {
  let bits = 0
  for (let rest = word >>> 0; rest; rest >>>= 1) bits += rest & 1
  return bits
}
