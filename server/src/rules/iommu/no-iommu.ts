import { PCI_TYPE_DEVICE } from '../../config/constants.ts'
import { iommuUnits } from '../../machine/iommu/iommu-units.ts'
import { at, bdf } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './no-iommu.md'

export const noIommu: ScenarioRule = {
  kind: 'scenario',
  code: 'JH308',
  id: 'no-iommu',
  title: 'Devices of an inmate are behind an IOMMU',
  severity: 'warning',
  constraints: ['stream-ids-no-iommu'],
  page,
  *check({ root, cells }) {
    const hasUnits = root.architecture !== 'arm' && 0 < iommuUnits(root).length
    if (hasUnits) return
    for (const cell of cells) {
      const device = cell.pci_devices.find(({ type }) => type === PCI_TYPE_DEVICE)
      const [stream] = cell.stream_ids
      if (device)
        yield {
          span: at(device, 'bdf'),
          headline: `"${cell.name}" is given ${bdf(device.bdf)} and "${root.root_cell.name}" has no IOMMU: the device reaches all memory, of the root and the hypervisor too; declare the units in platform_info.iommu_units`,
          related: [{ span: at(root, 'platform_info'), text: 'no IOMMU here' }],
          key: cell.name,
        }
      else if (stream)
        yield {
          span: at(stream),
          severity: 'hint',
          headline: `stream IDs mean nothing here: "${root.root_cell.name}" has no SMMU and no PVU, so DMA is not restricted at all`,
          key: cell.name,
        }
    }
  },
}
