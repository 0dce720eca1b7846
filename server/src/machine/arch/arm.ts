import type { Arch, Unit } from '../hypervisor.ts'
import { iommu_config_commit } from '../memory.ts'
import type { TableFormat } from '../paging/page-tables.ts'
import { irqchip, irqchip_cpu_init } from '../units/irqchip.ts'
import { pci } from '../units/pci.ts'
import {
  arm_init_early,
  cell_create,
  cell_destroy,
  faultText,
  frozenAtReturn,
  levelsFromOne,
  map_memory_region,
  parkedText,
  reset_cpu,
  unmap_memory_region,
} from './arm-common.ts'

/** `hypervisor/arch/arm`: 32 bits, three levels, and no IOMMU at all. */

/** The walk of cells starts at level 1 without 1 GiB blocks. Addresses are 32 bits wide, leaves hold 40. */
const secondStage: TableFormat = {
  levels: levelsFromOne,
  rootEntries: 4,
  rootPages: 1,
  physPages: 2 ** 28,
  addressBits: 32,
}

const firstStage: TableFormat = {
  ...secondStage,
  levels: levelsFromOne.map(level => ({ ...level, leaf: true })),
}

const units: readonly Unit[] = [irqchip, pci]

export const arm: Arch = {
  name: 'arm',
  units: () => units,
  tableFormat: () => secondStage,
  hvTableFormat: firstStage,
  jailhouseBase: 0xf0000000n,
  remapBase: 0xf8000000n,
  cellPages: 2,
  percpuPages: 4,
  mmioEntrySize: 16,
  smallCpuSet: 4,
  faultText,
  frozenAtReturn,
  parkedText,
  reset_cpu,
  pagesPerOnlineCpu: 2,
  init_early: arm_init_early,
  first_cpu_init: irqchip_cpu_init,
  cell_create,
  cell_destroy,
  map_memory_region,
  unmap_memory_region,
  config_commit: iommu_config_commit,
}
