import { elementName } from '../../config/element-name.ts'
import type { IommuUnit } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { amdIommu } from '../../machine/iommu/amd.ts'
import { driverOf } from '../../machine/iommu/drivers.ts'
import { tiPvu } from '../../machine/iommu/ti-pvu.ts'
import { vtD } from '../../machine/iommu/vt-d.ts'
import { hex } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './iommu-size.md'

/** 64 TLBs of a page each. */
const PVU_TLBS = 0x40000

/** `DMAR_MMIO_SIZE`: what lies between two units in the hypervisor's own map. */
const VTD_WINDOW = 0x4000

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
      yield* registers(unit)
      if (driverOf(unit) === tiPvu) yield* translationBuffers(unit)
      if (driverOf(unit) === amdIommu && (unit.amd.bdf === 0 || unit.amd.base_cap === 0))
        yield fault(
          unit,
          'amd',
          `${unitName(unit)} has no amd.${unit.amd.bdf === 0 ? 'bdf' : 'base_cap'}`,
          '"jailhouse enable" fails with -EIO: the PCI function of the IOMMU is not found',
        )
    }
  },
}

function* registers(unit: IommuUnit): Iterable<RawFinding> {
  const { size } = unit
  const driver = driverOf(unit)
  const least = driver?.registerSize ?? 1
  if (size < least)
    yield fault(
      unit,
      'size',
      size === 0 ? `${unitName(unit)} has size 0` : `${unitName(unit)} is smaller than its registers (${hex(least)})`,
      size === 0 ? 'nothing is mapped: the first register access faults' : `the hypervisor faults beyond ${hex(size)}`,
      1 < least ? least : undefined,
    )
  else if (driver === vtD && size > VTD_WINDOW)
    yield fault(
      unit,
      'size',
      `${unitName(unit)} is larger than the ${hex(VTD_WINDOW)} between two units`,
      'in the hypervisor it overlaps the next unit; 0x1000 is sufficient',
    )
  else if (driver === amdIommu && size & (size - 1))
    yield fault(
      unit,
      'size',
      `size ${hex(size)} of ${unitName(unit)} is not a power of two`,
      '"jailhouse enable" fails with -EINVAL',
    )
}

function* translationBuffers(unit: IommuUnit): Iterable<RawFinding> {
  const { tlb_base, tlb_size } = unit.tipvu
  if (tlb_base === 0n)
    yield fault(
      unit,
      'tipvu.tlb_base',
      `${unitName(unit)} has no tlb_base`,
      'the hypervisor writes the TLB entries to address 0',
    )
  else if (tlb_size < PVU_TLBS)
    yield fault(
      unit,
      'tipvu.tlb_size',
      `tlb_size ${hex(tlb_size)} is smaller than the 64 TLBs (${hex(PVU_TLBS)})`,
      'the hypervisor faults when it clears them',
      PVU_TLBS,
    )
}

const unitName = (unit: IommuUnit): string => elementName(unit, 'IOMMU unit')

const fault = (unit: IommuUnit, field: string, headline: string, note: string, right?: number): RawFinding => ({
  span: at(unit, field),
  headline,
  notes: [note],
  key: `unit ${unit.index} ${field}`,
  ...(right ? fixes(fixOf(`Set ${field} to ${hex(right)}`, setField(unit, field, hex(right)))) : {}),
})
