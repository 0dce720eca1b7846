import { at } from '../../config/places.ts'
import { iommuUnits } from '../../machine/iommu/iommu-units.ts'
import type { SystemRule } from '../rule.ts'
import page from './iommu-missing.md'

/** `vtd_init` requires a unit; `amd_iommu` does not, for QEMU. The interrupt limit tells which CPU it is. */
export const iommuMissing: SystemRule = {
  kind: 'system',
  code: 'JH337',
  id: 'iommu-missing',
  title: 'No IOMMU unit on x86',
  severity: 'error',
  constraints: ['vtd-required', 'amd-none'],
  needs: ['jailhouse_iommu.base'],
  page,
  *check(system) {
    const { architecture, platform_info } = system
    if (architecture !== 'x86' || platform_info.iommu_units.some(({ base, type }) => base !== 0n || type !== 0)) return
    if (platform_info.isIncomplete || iommuUnits(system).length > 0) return
    const isIntel = 0 < (platform_info.x86.vtd_interrupt_limit ?? 0)
    yield {
      span: at(platform_info),
      ...(!isIntel && { severity: 'warning' as const }),
      headline: 'no IOMMU unit is listed',
      notes: [
        ...(isIntel ? [] : ['on AMD, devices of all cells can access all memory, including that of the hypervisor']),
        'on Intel, "jailhouse enable" fails with -EINVAL',
      ],
      help: 'list the units that "jailhouse config create" finds',
      key: 'units',
    }
  },
}
