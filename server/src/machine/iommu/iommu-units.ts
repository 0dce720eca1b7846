import { IOMMU_AMD, IOMMU_INTEL } from '../../config/constants.ts'
import type { IommuUnit, SystemConfig } from '../../config/model.ts'

/** Units that exist: the list ends at the first without a base (`iommu_count_units`). */
export function iommuUnits({ platform_info }: SystemConfig): readonly IommuUnit[] {
  const end = platform_info.iommu_units.findIndex(({ base }) => base === 0n)
  return end < 0 ? platform_info.iommu_units : platform_info.iommu_units.slice(0, end)
}

const FIRST_REVISION_WITH_TYPE = 11

/** `iommu.type`; older x86 configurations have no such field, but only AMD's units are PCI devices themselves. */
export function unitType({ revision }: SystemConfig, { type, amd }: IommuUnit): number {
  if (type !== 0 || FIRST_REVISION_WITH_TYPE <= revision) return type
  return amd.bdf !== 0 || amd.base_cap !== 0 ? IOMMU_AMD : IOMMU_INTEL
}
