import { PCI_TYPE_DEVICE } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { driversOf } from '../../machine/iommu/drivers.ts'
import { bdf } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './amd-interrupts.md'

export const amdInterrupts: ScenarioRule = {
  kind: 'scenario',
  code: 'JH326',
  id: 'amd-interrupts',
  title: 'Device interrupts not remapped on AMD',
  severity: 'information',
  constraints: ['amd-no-interrupt-remapping'],
  page,
  *check({ root, cells }) {
    if (!driversOf(root).some(({ runsOn, remapsInterrupts }) => runsOn === 'amd' && !remapsInterrupts)) return
    for (const cell of cells) {
      const device = cell.pci_devices.find(
        ({ type, num_msi_vectors, num_msix_vectors }) =>
          type === PCI_TYPE_DEVICE && num_msi_vectors + num_msix_vectors > 0,
      )
      if (device)
        yield {
          span: at(device, 'bdf'),
          headline: `interrupts of ${bdf(device.bdf)} are not remapped on AMD`,
          notes: ['by MSI the device can raise any vector on any CPU, including those of the root cell'],
          help: 'assign the device to trusted cells only',
          key: cell.name,
        }
    }
  },
}
