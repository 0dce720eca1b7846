import { IOMMU_ARM_MMU500, IOMMU_PVU, IOMMU_SMMUV3 } from '../../config/constants.ts'
import { shortElementName } from '../../config/element-name.ts'
import { at } from '../../config/places.ts'
import type { IommuKind } from '../../platform/model.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './iommu-differs.md'
import { isLive } from './subject.ts'
import { basis } from './words.ts'

/** SMMUs and PVUs; units of PCs have a rule of their own. */
const TYPES: Readonly<Partial<Record<IommuKind, number>>> = {
  'smmu-v2': IOMMU_ARM_MMU500,
  'smmu-v3': IOMMU_SMMUV3,
  pvu: IOMMU_PVU,
}

export const iommuDiffers: BoardRule = {
  kind: 'board',
  code: 'JH933',
  id: 'iommu-differs',
  title: 'IOMMU units differ from the device tree',
  severity: 'warning',
  constraints: [],
  page,
  *check({ platform, scenario }) {
    const { platform_info, architecture } = scenario.root
    if (architecture === 'x86') return
    const units = platform_info.iommu_units.filter(({ base }) => base !== 0n)
    const known = platform.iommus.filter(({ kind }) => TYPES[kind] !== undefined)
    for (const unit of units) {
      const other = known.find(({ base }) => base === unit.base)
      const sameKind = known.filter(({ kind }) => TYPES[kind] === unit.type)
      const [fact] = sameKind
      if (other?.size !== undefined && BigInt(unit.size) !== other.size && unit.type !== IOMMU_PVU)
        yield {
          span: at(unit, 'size'),
          severity: isLive(other) ? 'warning' : 'information',
          headline: `size of ${shortElementName(unit, 'unit')} is ${hex(unit.size)}, but ${other.name} has ${hex(other.size)}`,
          notes: [basis(other)],
          key: `size ${unit.index}`,
        }
      else if (!other && fact)
        yield {
          span: at(unit, 'base'),
          severity: isLive(fact) ? 'warning' : 'information',
          headline: `no IOMMU of the board lies at ${hex(unit.base)}`,
          notes: [`the device tree has ${sameKind.map(({ name }) => name).join(', ')}`, basis(fact)],
          key: `base ${unit.index}`,
        }
    }
    for (const unit of known.filter(({ enabled, kind }) => enabled && kind !== 'pvu'))
      if (!units.some(({ base }) => base === unit.base))
        yield {
          span: at(platform_info, 'iommu_units'),
          severity: isLive(unit) ? 'warning' : 'information',
          headline: `${unit.name} is enabled, but no entry of iommu_units lists it`,
          notes: ['DMA of devices behind it is not restricted by Jailhouse', basis(unit)],
          key: `unlisted ${hex(unit.base)}`,
        }
  },
}
