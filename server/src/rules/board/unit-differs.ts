import { shortElementName } from '../../config/element-name.ts'
import { at } from '../../config/places.ts'
import { driverOf } from '../../machine/iommu/drivers.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './unit-differs.md'
import { basis } from './words.ts'

export const unitDiffers: BoardRule = {
  kind: 'board',
  code: 'JH965',
  id: 'unit-differs',
  title: 'IOMMU unit differs from the ACPI tables',
  severity: 'warning',
  constraints: [],
  page,
  *check({ platform, scenario }) {
    const { platform_info, architecture } = scenario.root
    if (architecture !== 'x86') return
    for (const unit of platform_info.iommu_units.filter(({ base }) => base !== 0n)) {
      const facts = platform.iommus.filter(({ kind }) => kind === driverOf(unit)?.kind)
      const fact = facts.find(({ index }) => index === unit.index)
      if (!fact) continue
      const name = shortElementName(unit, 'unit')
      const numbered = `unit ${unit.index}`
      if (fact.base !== unit.base)
        yield {
          span: at(unit, 'base'),
          headline: `${name} is at ${hex(fact.base)}, not at ${hex(unit.base)}`,
          notes: [basis(fact)],
          key: `${numbered} base`,
        }
      else if (fact.size !== undefined && fact.size !== BigInt(unit.size))
        yield {
          span: at(unit, 'size'),
          headline: `${name} has ${hex(fact.size)} bytes of registers, not ${hex(unit.size)}`,
          notes: [basis(fact)],
          key: `${numbered} size`,
        }
      const { bdf, base_cap } = unit.amd
      if (fact.amd && bdf !== undefined && fact.amd.bdf !== bdf)
        yield {
          span: at(unit, 'amd.bdf'),
          headline: `${name} is PCI device ${hex(fact.amd.bdf)}, not ${hex(bdf)}`,
          notes: [basis(fact)],
          key: `${numbered} bdf`,
        }
      if (fact.amd && base_cap !== undefined && fact.amd.capability !== base_cap)
        yield {
          span: at(unit, 'amd.base_cap'),
          headline: `the capability of ${name} is at ${hex(fact.amd.capability)}, not ${hex(base_cap)}`,
          notes: [basis(fact)],
          key: `${numbered} base_cap`,
        }
    }
  },
}
