import { elementName } from '../../config/element-name.ts'
import { unitSizeIsEnd } from '../../config/end-for-size.ts'
import type { Architecture, IommuUnit } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { overlap, rangeOf } from '../../config/ranges.ts'
import { driverOf, driversFor } from '../../machine/iommu/drivers.ts'
import { hex, interval } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './iommu-units.md'

/** `iommu_count_units` stops at the first base of 0. */
export const iommuUnits: SystemRule = {
  kind: 'system',
  code: 'JH330',
  id: 'iommu-units',
  title: 'Invalid list of IOMMU units',
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
          `${unitName(unit)} has a type but no base`,
          `this unit and all after it are skipped: ${UNPROTECTED}`,
        )
      else if (unit.base !== 0n && (end < 0 || unit.index < end) && hasTypes && architecture)
        yield* checkType(unit, units, architecture)
    }
    yield* ignored(units, end)
    yield* twins(units.filter(unit => unit.base !== 0n && !unitSizeIsEnd(unit)))
    yield* tlbsTwice(units.filter(hasTlbs))
  },
}

/** What follows a unit that lost its base is said there. */
function* ignored(units: readonly IommuUnit[], end: number): Iterable<RawFinding> {
  const [unit, ...more] = end < 0 ? [] : units.filter(({ base, index }) => base !== 0n && end < index)
  if (!unit || units[end]?.type !== 0) return
  yield fault(
    unit,
    'base',
    `${unitName(unit)} is ignored after the empty unit ${end}${more.length > 0 ? `, and ${more.length} more` : ''}`,
    `iommu_count_units stops there: ${UNPROTECTED}`,
    { help: `move the unit${more.length > 0 ? 's' : ''} up` },
  )
}

const UNPROTECTED = 'devices behind it can access all memory'
const REFUSED = '"jailhouse enable" fails with -EINVAL'

const unitName = (unit: IommuUnit): string => elementName(unit, 'IOMMU unit')

const fault = (
  unit: IommuUnit,
  field: string,
  headline: string,
  note: string,
  rest: Partial<RawFinding> = {},
): RawFinding => ({
  span: at(unit, field),
  headline,
  notes: [note],
  key: `unit ${unit.index}`,
  ...rest,
})

function* checkType(unit: IommuUnit, units: readonly IommuUnit[], architecture: Architecture): Iterable<RawFinding> {
  const { type } = unit
  const driver = driverOf(unit)
  const [first] = units
  if (type === 0)
    yield fault(
      unit,
      'type',
      `${unitName(unit)} has no type`,
      architecture === 'x86' ? REFUSED : `no driver handles it: ${UNPROTECTED}`,
    )
  else if (!driver)
    yield fault(unit, 'type', `IOMMU type ${type} is unknown`, 'the tools fail with "Unknown IOMMU type"')
  else if (!driversFor(architecture).includes(driver))
    yield fault(
      unit,
      'type',
      `the ${driver.label} IOMMU has no driver on ${architecture}`,
      architecture === 'x86' ? REFUSED : `the unit is ignored: ${UNPROTECTED}`,
      architecture === 'x86' ? {} : { severity: 'warning' },
    )
  else if (architecture === 'x86' && first && first.type !== 0 && driverOf(first) !== driver)
    yield fault(
      unit,
      'type',
      `IOMMU type ${driver.label} differs from that of unit 0 (${driverOf(first)?.label ?? first.type})`,
      REFUSED,
    )
}

const rangeOfUnit = ({ base, size }: IommuUnit) => rangeOf(base, BigInt(size))

/** Of two units at one address the second is charged, of others that overlap the larger one. */
function* twins(units: readonly IommuUnit[]): Iterable<RawFinding> {
  for (const [i, unit] of units.entries()) {
    const twin = units.slice(0, i).find(({ base }) => base === unit.base)
    const [other, ...more] = twin
      ? [twin]
      : units.filter(
          other =>
            other !== unit &&
            other.base !== unit.base &&
            isLarger(unit, other) &&
            overlap(rangeOfUnit(other), rangeOfUnit(unit)),
        )
    if (!other) continue
    const rest = more.length > 0 ? `, and ${more.length} more` : ''
    yield fault(
      unit,
      twin ? 'base' : 'size',
      `${unitName(unit)} at ${hex(unit.base)} overlaps unit ${other.index}${rest}`,
      `unit ${other.index} is at ${interval(rangeOfUnit(other))}; the same hardware is set up twice`,
      { related: [{ span: at(other, 'base'), text: `unit ${other.index}` }] },
    )
  }
}

/** Whether the driver of a unit maps its TLBs besides its registers. */
const hasTlbs = (unit: IommuUnit): boolean =>
  unit.base !== 0n &&
  unit.tipvu.tlb_base !== 0n &&
  (driverOf(unit)?.windows?.(unit) ?? []).some(({ base }) => base === unit.tipvu.tlb_base)

function* tlbsTwice(units: readonly IommuUnit[]): Iterable<RawFinding> {
  for (const [i, unit] of units.entries()) {
    const { tlb_base } = unit.tipvu
    const other = units.slice(0, i).find(({ base, tipvu }) => tipvu.tlb_base === tlb_base && base !== unit.base)
    if (!other) continue
    yield fault(
      unit,
      'tipvu.tlb_base',
      `${unitName(unit)} has the tlb_base of unit ${other.index}, ${hex(tlb_base)}`,
      `entries of this unit are written to the TLBs of unit ${other.index}; its own stay as they were`,
      { severity: 'warning', related: [{ span: at(other, 'tipvu.tlb_base'), text: `unit ${other.index}` }] },
    )
  }
}

const isLarger = (a: IommuUnit, b: IommuUnit): boolean => b.size < a.size || (a.size === b.size && b.index < a.index)
