import { sharedMemoryDevices } from '../../config/ivshmem.ts'
import type { PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import type { Iommu } from '../../platform/model.ts'
import { bdf, hex } from '../../text/words.ts'
import type { BoardRule, RawFinding } from '../rule.ts'
import page from './iommu-index.md'
import { catchAll, unitOf } from './pc-units.ts'
import { basis } from './words.ts'

export const iommuIndex: BoardRule = {
  kind: 'board',
  code: 'JH960',
  id: 'iommu-index',
  title: 'PCI device names another IOMMU unit than the machine',
  severity: 'warning',
  constraints: [],
  page,
  *check({ platform, scenario }) {
    const { root_cell, architecture } = scenario.root
    if (architecture !== 'x86') return
    const virtual = new Set(sharedMemoryDevices(root_cell))
    for (const device of root_cell.pci_devices) {
      const fact = platform.pci?.find(({ bdf: address, segment }) => segment === 0 && address === device.bdf)
      const unit = virtual.has(device) ? catchAll(platform) : fact && unitOf(fact, platform)
      if (unit && unit.index !== device.iommu) yield finding(device, unit, virtual.has(device))
    }
  },
}

const finding = (device: PciDevice, unit: Iommu, isVirtual: boolean): RawFinding => ({
  span: at(device, 'iommu'),
  headline: `${bdf(device.bdf)} is behind IOMMU unit ${unit.index} at ${hex(unit.base)}, not unit ${device.iommu}`,
  notes: [
    isVirtual
      ? 'Linux puts ivshmem devices behind the unit that takes all devices no other names; its interrupts never come otherwise'
      : 'its DMA and interrupts are remapped by the wrong unit: they are blocked, and drivers time out',
    basis(unit),
  ],
  key: bdf(device.bdf),
  ...fixes(fixOf(`Set .iommu to ${unit.index}`, setField(device, 'iommu', String(unit.index)), false)),
})
