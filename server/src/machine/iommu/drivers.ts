import type { Architecture, IommuUnit, SystemConfig } from '../../config/model.ts'
import type { IommuDriver } from '../hypervisor.ts'
import { allDrivers } from './all.ts'
import { iommuUnits } from './iommu-units.ts'

/** Which driver takes which unit. Whoever wants to know what kind of IOMMU a system has asks for traits of its drivers. */

export const driverOf = ({ type }: IommuUnit): IommuDriver | undefined =>
  allDrivers.find(driver => driver.type === type)

/** Those of the units that the hypervisor sets up. */
export const driversOf = (root: SystemConfig): readonly IommuDriver[] =>
  iommuUnits(root).flatMap(unit => driverOf(unit) ?? [])

export const hasUnitOf = (root: SystemConfig, driver: IommuDriver): boolean =>
  iommuUnits(root).some(unit => driverOf(unit) === driver)

/** Whether some of what the root's devices reach stays mapped when the memory goes to a cell. */
export const keepsMappings = (root: SystemConfig): boolean => driversOf(root).some(({ cannotUnmap }) => cannotUnmap)

/** There are units, and one driver takes them all. */
export const hasOnlyUnitsOf = (root: SystemConfig, driver: IommuDriver): boolean =>
  0 < iommuUnits(root).length && iommuUnits(root).every(unit => driverOf(unit) === driver)

/** The drivers a hypervisor is built with. */
export const driversFor = (architecture: Architecture): readonly IommuDriver[] =>
  allDrivers.filter(({ runsOn }) => (runsOn === 'arm64' ? runsOn : 'x86') === architecture)

/** The drivers that work with the CPUs of one vendor, or of arm64. */
export const driversOn = (cpus: IommuDriver['runsOn']): readonly IommuDriver[] =>
  allDrivers.filter(({ runsOn }) => runsOn === cpus)
