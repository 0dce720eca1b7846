import { elementName } from '../../config/element-name.ts'
import { unitSizeIsEnd } from '../../config/end-for-size.ts'
import type { IommuUnit } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { driverOf } from '../../machine/iommu/drivers.ts'
import { hex } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './iommu-size.md'

export const iommuSize: SystemRule = {
  kind: 'system',
  code: 'JH331',
  id: 'iommu-size',
  title: 'Wrong size of an IOMMU unit',
  severity: 'error',
  constraints: ['iommu-size-zero', 'pvu-unit-size', 'smmuv3-size', 'vtd-unit-size', 'amd-size-pow2', 'amd-fields'],
  page,
  *check({ platform_info }) {
    for (const unit of platform_info.iommu_units.filter(({ base }) => base !== 0n)) {
      const tooSmall = registerFault(unit)
      if (tooSmall) yield tooSmall
      if (unitSizeIsEnd(unit)) {
        yield tooLarge(unit)
        continue
      }
      for (const { field, fault, consequence, right } of driverOf(unit)?.unitFaults?.(unit) ?? [])
        if (!tooSmall || field !== 'size') yield faultOf(unit, field, `${unitName(unit)} ${fault}`, consequence, right)
    }
  },
}

function registerFault(unit: IommuUnit): RawFinding | undefined {
  const { size } = unit
  const least = driverOf(unit)?.registerSize ?? 1
  if (least <= size) return undefined
  return faultOf(
    unit,
    'size',
    size === 0 ? `${unitName(unit)} has size 0` : `${unitName(unit)} is smaller than its registers (${hex(least)})`,
    size === 0 ? 'nothing is mapped: the first register access faults' : `the hypervisor faults beyond ${hex(size)}`,
    1 < least ? least : undefined,
  )
}

function tooLarge(unit: IommuUnit): RawFinding {
  const size = BigInt(unit.size) - unit.base
  return faultOf(
    unit,
    'size',
    `size ${hex(unit.size)} of ${unitName(unit)} looks like an end address`,
    'the hypervisor maps and intercepts as much: its pages run out, or other registers are out of reach',
    0n < size ? size : undefined,
  )
}

const unitName = (unit: IommuUnit): string => elementName(unit, 'IOMMU unit')

const faultOf = (
  unit: IommuUnit,
  field: string,
  headline: string,
  note: string,
  right?: number | bigint,
): RawFinding => ({
  span: at(unit, field),
  headline,
  notes: [note],
  key: `unit ${unit.index} ${field}`,
  ...(right ? fixes(fixOf(`Set ${field} to ${hex(right)}`, setField(unit, field, hex(right)))) : {}),
})
