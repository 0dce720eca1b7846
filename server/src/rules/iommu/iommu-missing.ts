import { iommuUnits } from '../../machine/iommu/iommu-units.ts'
import { at } from '../places.ts'
import type { SystemRule } from '../rule.ts'
import page from './iommu-missing.md'

/** `vtd_init` wants a unit; `amd_iommu` does without, for QEMU's sake. Which CPU it is shows by the interrupt limit. */
export const iommuMissing: SystemRule = {
  kind: 'system',
  code: 'JH337',
  id: 'iommu-missing',
  title: 'An x86 system lists its IOMMU units',
  severity: 'error',
  constraints: ['vtd-required', 'amd-none'],
  page,
  *check(system) {
    const { architecture, platform_info } = system
    if (architecture !== 'x86' || platform_info.iommu_units.some(({ base, type }) => base !== 0n || type !== 0)) return
    if (iommuUnits(system).length > 0) return
    const isIntel = 0 < (platform_info.x86.vtd_interrupt_limit ?? 0)
    yield {
      span: at(platform_info),
      ...(!isIntel && { severity: 'warning' as const }),
      headline: isIntel
        ? 'there is no IOMMU unit but a vtd_interrupt_limit: an Intel CPU is refused with EINVAL; list the units that "jailhouse config create" finds'
        : 'there is no IOMMU unit: on AMD the devices of each cell reach all memory, the hypervisor too, and an Intel CPU is refused with EINVAL; list the units that "jailhouse config create" finds',
      key: 'units',
    }
  },
}
