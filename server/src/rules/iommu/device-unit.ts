import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { PciDevice, SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { driverOf } from '../../machine/iommu/drivers.ts'
import { bdf, count, hex } from '../../text/words.ts'
import type { Fix, RawFinding, SystemRule } from '../rule.ts'
import page from './device-unit.md'

export const deviceUnit: SystemRule = {
  kind: 'system',
  code: 'JH333',
  id: 'device-unit',
  title: 'Wrong IOMMU unit of a device',
  severity: 'error',
  constraints: ['vtd-iommu-index', 'amd-iommu-index', 'ivshmem-iommu-field', 'irqchip-x86-id'],
  page,
  *check(system) {
    const units = system.platform_info.iommu_units.filter(({ base }) => base !== 0n)
    if (system.architecture !== 'x86' || units.length === 0) return
    for (const device of system.root_cell.pci_devices)
      if (device.iommu >= units.length)
        yield {
          span: at(device, 'iommu'),
          headline: `IOMMU unit ${device.iommu} of ${bdf(device.bdf)} does not exist`,
          notes: [`the system has ${count(units.length, 'unit')}; the hypervisor reads past its table`],
          key: bdf(device.bdf),
          ...fixes(unitFix(device, likelyUnit(system, device)?.iommu)),
        }
    for (const chip of system.root_cell.irqchips)
      if (chip.id >>> 16 >= units.length)
        yield {
          span: at(chip, 'id'),
          severity: 'warning',
          headline: `IOMMU unit ${chip.id >>> 16} of the IOAPIC at ${hex(chip.address)} does not exist`,
          notes: [
            `the upper half of .id selects one of ${count(units.length, 'unit')}; interrupts of this IOAPIC are dropped`,
          ],
          key: `IOAPIC ${chip.index}`,
        }
    if (units.every(unit => driverOf(unit)?.remapsInterrupts)) yield* unlikelyUnits(system)
  },
}

/** Linux puts a virtual function behind the unit that takes all others of its bus, which is seldom the first. */
function* unlikelyUnits(system: SystemConfig): Iterable<RawFinding> {
  const units = system.platform_info.iommu_units.filter(({ base }) => base !== 0n)
  for (const device of system.root_cell.pci_devices.filter(isVirtual)) {
    const unit = likelyUnit(system, device)
    if (!unit || unit.iommu === device.iommu || units.length <= device.iommu) continue
    yield {
      span: at(device, 'iommu'),
      severity: 'warning',
      headline: `${bdf(device.bdf)} is probably behind IOMMU unit ${unit.iommu}, not ${device.iommu}`,
      notes: [
        `${unit.devices} of the ${count(unit.neighbours, 'device')} on its bus are behind unit ${unit.iommu}`,
        'with the wrong unit its interrupts are never delivered',
      ],
      key: bdf(device.bdf),
      ...fixes(unitFix(device, unit.iommu)),
    }
  }
}

const isVirtual = ({ type }: PciDevice): boolean => type === PCI_TYPE_IVSHMEM

const unitFix = (device: PciDevice, unit: number | undefined): Fix | undefined =>
  unit === undefined ? undefined : fixOf(`Set .iommu to ${unit}`, setField(device, 'iommu', String(unit)), false)

/** The unit of most physical devices on the bus of a virtual one. */
function likelyUnit({ root_cell }: SystemConfig, device: PciDevice) {
  const neighbours = root_cell.pci_devices.filter(other => !isVirtual(other) && other.bdf >> 8 === device.bdf >> 8)
  const unit = isVirtual(device) ? mostCommon(neighbours) : undefined
  return unit && neighbours.length < unit.devices * 2 ? { ...unit, neighbours: neighbours.length } : undefined
}

function mostCommon(devices: readonly PciDevice[]): { readonly iommu: number; readonly devices: number } | undefined {
  const counts = new Map<number, number>()
  for (const { iommu } of devices) counts.set(iommu, (counts.get(iommu) ?? 0) + 1)
  const [first] = [...counts].toSorted((a, b) => b[1] - a[1])
  return first && { iommu: first[0], devices: first[1] }
}
