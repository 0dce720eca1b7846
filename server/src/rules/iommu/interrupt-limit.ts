import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { driversOf } from '../../machine/iommu/drivers.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './interrupt-limit.md'

export const interruptLimit: SystemRule = {
  kind: 'system',
  code: 'JH332',
  id: 'interrupt-limit',
  title: 'Wrong size of the interrupt remapping table',
  severity: 'error',
  constraints: ['vtd-interrupt-limit', 'rev-vtd-interrupt-limit', 'vtd-interrupt-limit-too-small'],
  page,
  *check(system) {
    const { platform_info, architecture } = system
    if (architecture !== 'x86' || !driversOf(system).some(({ remapsInterrupts }) => remapsInterrupts)) return
    const limit = platform_info.x86.vtd_interrupt_limit
    if (limit === undefined) return
    const needed = vectorsOf(system)
    const right = 2 ** Math.ceil(Math.log2(120 + needed))
    if (limit >= Math.max(2, needed) && limit <= 32768) return
    yield {
      span: at(platform_info.x86, 'vtd_interrupt_limit'),
      ...textsOf(limit, needed, isWritten(platform_info.x86, 'vtd_interrupt_limit')),
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

function textsOf(limit: number, needed: number, isGiven: boolean): Pick<RawFinding, 'headline' | 'notes'> {
  if (limit > 32768)
    return {
      headline: `vtd_interrupt_limit ${limit} exceeds the maximum of 32768`,
      notes: ['"jailhouse enable" fails with -EINVAL'],
    }
  if (limit < 2)
    return {
      headline: `vtd_interrupt_limit is ${isGiven ? limit : 'missing'}`,
      notes: ['the interrupt remapping table gets an invalid size'],
    }
  return {
    headline: `vtd_interrupt_limit ${limit} is too small: ${needed} interrupts are remapped`,
    notes: [
      '"jailhouse enable" fails with -E2BIG: devices and IOAPICs of the root cell need an entry per interrupt',
      `the first IOAPIC takes ${FIRST_PINS} entries at least, each other ${OTHER_PINS}, whatever their pin_bitmap`,
    ],
  }
}

/** The fewest `ioapic->pins` of a PC, and of those in the root ports of servers; the mask of the configuration is not asked. */
const FIRST_PINS = 24
const OTHER_PINS = 8

/** What `vtd_reserve_int_remap_region` sets aside for the root: each function's vectors and all pins of each IOAPIC. */
function vectorsOf({ root_cell }: SystemConfig): number {
  const devices = new Map<number, number>()
  for (const { type, bdf, num_msi_vectors, num_msix_vectors } of root_cell.pci_devices)
    if (type !== PCI_TYPE_IVSHMEM && !devices.has(bdf)) devices.set(bdf, Math.max(num_msi_vectors, num_msix_vectors))
  const chips = root_cell.irqchips.length
  const pins = chips === 0 ? 0 : FIRST_PINS + OTHER_PINS * (chips - 1)
  return [...devices.values()].reduce((sum, each) => sum + each, pins)
}
