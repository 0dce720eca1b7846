import { IOMMU_AMD, IOMMU_ARM_MMU500, IOMMU_INTEL, IOMMU_PVU, IOMMU_SMMUV3 } from '../../config/constants.ts'
import type { Architecture, IommuUnit } from '../../config/model.ts'
import { overlap, rangeOf } from '../../config/ranges.ts'
import { at, describeRange, hex } from '../places.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './iommu-units.md'

const NAMES: Readonly<Record<number, string>> = {
  [IOMMU_AMD]: 'AMD',
  [IOMMU_INTEL]: 'Intel',
  [IOMMU_SMMUV3]: 'SMMUv3',
  [IOMMU_PVU]: 'PVU',
  [IOMMU_ARM_MMU500]: 'MMU-500',
}

/** The drivers each hypervisor is built with. */
const DRIVERS: Readonly<Record<Architecture, readonly number[]>> = {
  x86: [IOMMU_AMD, IOMMU_INTEL],
  arm: [],
  arm64: [IOMMU_SMMUV3, IOMMU_PVU, IOMMU_ARM_MMU500],
}

/** `iommu_count_units` stops at the first base of 0. */
export const iommuUnits: SystemRule = {
  kind: 'system',
  code: 'JH330',
  id: 'iommu-units',
  title: 'IOMMU units stand in a row, with type and base',
  severity: 'error',
  constraints: [
    'iommu-gap',
    'iommu-type-without-base',
    'iommu-base-without-type',
    'iommu-type-unknown',
    'iommu-type-arch',
    'iommu-x86-mixed',
    'iommu-unit-dup',
    'rev-iommu-no-type',
  ],
  page,
  *check({ architecture, platform_info, root_cell }) {
    const hasTypes = root_cell.header.declares('jailhouse_iommu', 'type')
    const units = platform_info.iommu_units
    const end = units.findIndex(({ base }) => base === 0n)
    for (const unit of units) {
      if (unit.base === 0n && unit.type !== 0)
        yield fault(
          unit,
          'base',
          `IOMMU unit ${unit.index} has a type but no base: it and all behind it are left out, and so are the devices' limits`,
        )
      else if (unit.base !== 0n && end >= 0 && unit.index > end)
        yield fault(
          unit,
          'base',
          `IOMMU unit ${unit.index} stands behind the empty unit ${end} and is never set up: the devices behind it reach all memory; move it up`,
        )
      else if (unit.base !== 0n && hasTypes && architecture) yield* checkType(unit, units, architecture)
    }
    yield* twins(units.filter(({ base }) => base !== 0n))
  },
}

const fault = (unit: IommuUnit, field: string, message: string, rest: Partial<RawFinding> = {}): RawFinding => ({
  span: at(unit, field),
  headline: message,
  key: `unit ${unit.index}`,
  ...rest,
})

function* checkType(unit: IommuUnit, units: readonly IommuUnit[], architecture: Architecture): Iterable<RawFinding> {
  const { type, index } = unit
  if (type === 0)
    yield fault(
      unit,
      'type',
      `IOMMU unit ${index} has no type: ${architecture === 'x86' ? 'refused with EINVAL' : 'no driver takes it, and devices behind it reach all memory'}`,
    )
  else if (!NAMES[type])
    yield fault(unit, 'type', `there is no IOMMU of type ${type}; the tools stop with "Unknown IOMMU type"`)
  else if (!DRIVERS[architecture].includes(type))
    yield fault(
      unit,
      'type',
      architecture === 'x86'
        ? `${NAMES[type]} is no IOMMU of x86: refused with EINVAL`
        : `there is no driver for the ${NAMES[type]} IOMMU on ${architecture}: unit ${index} is ignored, and devices behind it reach all memory`,
      architecture === 'x86' ? {} : { severity: 'warning' },
    )
  else if (architecture === 'x86' && units[0] && units[0].type !== type && units[0].type !== 0)
    yield fault(
      unit,
      'type',
      `unit 0 is of type ${NAMES[units[0].type] ?? units[0].type}, unit ${index} of type ${NAMES[type]}: no machine has both, refused with EINVAL`,
    )
}

function* twins(units: readonly IommuUnit[]): Iterable<RawFinding> {
  const rangeOfUnit = ({ base, size }: IommuUnit) => rangeOf(base, BigInt(size))
  for (const [i, unit] of units.entries()) {
    const other = units
      .slice(0, i)
      .find(other => other.base === unit.base || overlap(rangeOfUnit(other), rangeOfUnit(unit)))
    if (other)
      yield fault(
        unit,
        'base',
        `IOMMU unit ${unit.index} at ${hex(unit.base)} lies over unit ${other.index} at ${describeRange(rangeOfUnit(other))}: the same hardware is set up twice`,
        { related: [{ span: at(other, 'base'), text: `unit ${other.index}` }] },
      )
  }
}
