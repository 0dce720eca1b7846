import { IOMMU_AMD, IOMMU_INTEL, IOMMU_PVU, IOMMU_SMMUV3 } from '../../config/constants.ts'
import type { IommuUnit } from '../../config/model.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at, hex } from '../places.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './iommu-size.md'

/** How many bytes of registers each driver reaches for, at least. */
const LEAST: Readonly<Record<number, number>> = { [IOMMU_PVU]: 0x1000, [IOMMU_SMMUV3]: 0x20000 }

/** 64 TLBs of a page each. */
const PVU_TLBS = 0x40000

/** `DMAR_MMIO_SIZE`: what lies between two units in the hypervisor's own map. */
const VTD_WINDOW = 0x4000

export const iommuSize: SystemRule = {
  kind: 'system',
  code: 'JH331',
  id: 'iommu-size',
  title: 'An IOMMU unit is as large as its registers',
  severity: 'error',
  constraints: ['iommu-size-zero', 'pvu-unit-size', 'smmuv3-size', 'vtd-unit-size', 'amd-size-pow2', 'amd-fields'],
  page,
  *check({ platform_info }) {
    for (const unit of platform_info.iommu_units.filter(({ base }) => base !== 0n)) {
      yield* registers(unit)
      if (unit.type === IOMMU_PVU) yield* translationBuffers(unit)
      if (unit.type === IOMMU_AMD && (unit.amd.bdf === 0 || unit.amd.base_cap === 0))
        yield fault(
          unit,
          'amd',
          `the AMD IOMMU ${unit.index} has no ${unit.amd.bdf === 0 ? 'bdf' : 'base_cap'}: its own PCI function is not found, and it is refused with EIO`,
        )
    }
  },
}

function* registers(unit: IommuUnit): Iterable<RawFinding> {
  const { type, size, index } = unit
  const least = LEAST[type] ?? 1
  if (size < least)
    yield fault(
      unit,
      'size',
      size === 0
        ? `IOMMU unit ${index} has size 0: nothing is mapped, and the hypervisor faults at its first register`
        : `IOMMU unit ${index} has ${hex(size)} bytes, but its registers reach to ${hex(least)}: the hypervisor faults beyond`,
      LEAST[type],
    )
  else if (type === IOMMU_INTEL && size > VTD_WINDOW)
    yield fault(
      unit,
      'size',
      `IOMMU unit ${index} has ${hex(size)} bytes, but units are ${hex(VTD_WINDOW)} apart in the hypervisor: it overlaps the next one; 0x1000 are enough`,
    )
  else if (type === IOMMU_AMD && size & (size - 1))
    yield fault(unit, 'size', `the size ${hex(size)} of IOMMU unit ${index} is no power of two: refused with EINVAL`)
}

function* translationBuffers(unit: IommuUnit): Iterable<RawFinding> {
  const { tlb_base, tlb_size } = unit.tipvu
  if (tlb_base === 0n)
    yield fault(
      unit,
      'tipvu.tlb_base',
      `the PVU ${unit.index} has no tlb_base: the hypervisor writes its entries to address 0`,
    )
  else if (tlb_size < PVU_TLBS)
    yield fault(
      unit,
      'tipvu.tlb_size',
      `the PVU ${unit.index} has ${hex(tlb_size)} bytes of TLBs, but 64 of them take ${hex(PVU_TLBS)}: the hypervisor faults when it clears them`,
      PVU_TLBS,
    )
}

const fault = (unit: IommuUnit, field: string, message: string, right?: number): RawFinding => ({
  span: at(unit, field),
  headline: message,
  key: `unit ${unit.index} ${field}`,
  ...(right ? fixes(fixOf(`Set ${field} to ${hex(right)}`, setField(unit, field, hex(right)))) : {}),
})
