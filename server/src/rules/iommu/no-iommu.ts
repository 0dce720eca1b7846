import { PCI_TYPE_DEVICE } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { iommuUnits } from '../../machine/iommu/iommu-units.ts'
import { bdf } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './no-iommu.md'

export const noIommu: ScenarioRule = {
  kind: 'scenario',
  code: 'JH308',
  id: 'no-iommu',
  title: 'Inmate device without an IOMMU',
  severity: 'warning',
  constraints: ['stream-ids-no-iommu'],
  rests: ['bdf'],
  needs: ['jailhouse_iommu.base'],
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
          headline: `${bdf(device.bdf)} is not behind an IOMMU`,
          notes: ['the device can access all memory, including that of the root cell and the hypervisor'],
          help: 'declare the units in platform_info.iommu_units of the root cell',
          related: [{ span: at(root, 'platform_info'), text: 'no IOMMU here' }],
          key: cell.name,
        }
      else if (stream)
        yield {
          span: at(stream),
          severity: 'hint',
          headline: 'stream IDs have no effect without an SMMU or PVU',
          notes: ['the root cell has neither: DMA is not restricted at all'],
          key: cell.name,
        }
    }
  },
}
