import { MEM_COMM_REGION, MEM_DMA } from '../../config/constants.ts'
import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { atFlag } from '../../config/places.ts'
import { has, hasAny } from '../../config/ranges.ts'
import { driversOf } from '../../machine/iommu/drivers.ts'
import { iommuUnits } from '../../machine/iommu/iommu-units.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './dma-without-effect.md'

/** Once for each cell: the flag is everywhere, as `jailhouse cell linux` finds RAM by it. */
export const dmaWithoutEffect: ScenarioRule = {
  kind: 'scenario',
  code: 'JH307',
  id: 'dma-without-effect',
  title: 'JAILHOUSE_MEM_DMA without effect',
  severity: 'hint',
  constraints: ['dma-flag-no-effect', 'stream-id-missing-for-dma'],
  rests: ['flags'],
  needs: ['jailhouse_iommu.base'],
  page,
  *check({ root, cells }) {
    const reason = reasonFor(root)
    if (reason) for (const cell of [root.root_cell, ...cells]) yield* firstFlag(cell, reason)
  },
}

function reasonFor(root: SystemConfig): string | undefined {
  const units = iommuUnits(root)
  if (root.architecture === 'arm') return 'Jailhouse supports no IOMMU on 32-bit Arm: devices can access all memory'
  if (units.length === 0) return 'the root cell has no IOMMU: devices can access all memory'
  if (driversOf(root).some(({ needsDmaFlag }) => needsDmaFlag)) return undefined
  return 'the SMMU uses the page tables of the CPU: devices can access whatever the CPUs of their cell can'
}

function* firstFlag(cell: CellConfig, reason: string) {
  const region = cell.mem_regions.find(region => has(region, MEM_DMA) && !hasAny(region, MEM_COMM_REGION))
  if (region)
    yield {
      span: atFlag(region, 'flags', 'JAILHOUSE_MEM_DMA'),
      headline: 'JAILHOUSE_MEM_DMA has no effect on what devices can access',
      notes: [reason, 'the flag only marks RAM for "jailhouse cell linux"'],
      key: cell.name,
    }
}
