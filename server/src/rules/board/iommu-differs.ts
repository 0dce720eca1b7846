import { shortElementName } from '../../config/element-name.ts'
import { at } from '../../config/places.ts'
import { driverOf, driversOn } from '../../machine/iommu/drivers.ts'
import type { IommuKind } from '../../platform/model.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './iommu-differs.md'
import { isLive } from './subject.ts'
import { basis } from './words.ts'

/** SMMUs and PVUs; units of PCs have a rule of their own. */
const KINDS: ReadonlySet<IommuKind | undefined> = new Set(driversOn('arm64').map(({ kind }) => kind))

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
    const known = platform.iommus.filter(({ kind }) => KINDS.has(kind))
    for (const unit of units) {
      const kind = driverOf(unit)?.kind
      const other = known.find(({ base }) => base === unit.base)
      const sameKind = known.filter(each => each.kind === kind)
      const [fact] = sameKind
      if (other?.size !== undefined && BigInt(unit.size) !== other.size && kind !== 'pvu')
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
