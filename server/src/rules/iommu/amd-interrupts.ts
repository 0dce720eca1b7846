import { IOMMU_AMD, PCI_TYPE_DEVICE } from '../../config/constants.ts'
import { iommuUnits } from '../../machine/iommu/iommu-units.ts'
import { at, bdf } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './amd-interrupts.md'

export const amdInterrupts: ScenarioRule = {
  kind: 'scenario',
  code: 'JH326',
  id: 'amd-interrupts',
  title: 'On AMD interrupts of devices are not confined',
  severity: 'information',
  constraints: ['amd-no-interrupt-remapping'],
  page,
  *check({ root, cells }) {
    if (!iommuUnits(root).some(({ type }) => type === IOMMU_AMD)) return
    for (const cell of cells) {
      const device = cell.pci_devices.find(
        ({ type, num_msi_vectors, num_msix_vectors }) =>
          type === PCI_TYPE_DEVICE && num_msi_vectors + num_msix_vectors > 0,
      )
      if (device)
        yield {
          span: at(device, 'bdf'),
          headline: `${bdf(device.bdf)} of "${cell.name}" signals by MSI, and Jailhouse does not remap interrupts on AMD: the device can raise any vector on any CPU, the root's too; give it to a cell you trust only`,
          key: cell.name,
        }
    }
  },
}
