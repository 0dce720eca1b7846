import type { IommuUnit, SystemConfig } from '../../config/model.ts'

/** Units that exist: the list ends at the first without a base (`iommu_count_units`). */
export function iommuUnits({ platform_info }: SystemConfig): readonly IommuUnit[] {
  const end = platform_info.iommu_units.findIndex(({ base }) => base === 0n)
  return end < 0 ? platform_info.iommu_units : platform_info.iommu_units.slice(0, end)
}
