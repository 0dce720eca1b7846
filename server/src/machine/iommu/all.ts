import type { IommuDriver } from '../hypervisor.ts'
import { amdIommu } from './amd.ts'
import { mmu500 } from './mmu-500.ts'
import { smmuV3 } from './smmu-v3.ts'
import { tiPvu } from './ti-pvu.ts'
import { vtD } from './vt-d.ts'

/** All drivers, in link order within an architecture: an IOMMU is a file beside this one, and a line here. */
export const allDrivers: readonly IommuDriver[] = [smmuV3, mmu500, tiPvu, vtD, amdIommu]
