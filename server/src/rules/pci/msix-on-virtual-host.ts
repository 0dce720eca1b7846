import { isArm } from '../../config/architecture.ts'
import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { bdf } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './msix-on-virtual-host.md'

/** The overlay of `driver/vpci_template.dts` names no MSI controller. */
export const msixOnVirtualHost: ScenarioRule = {
  kind: 'scenario',
  code: 'JH568',
  id: 'msix-on-virtual-host',
  title: 'MSI-X vectors behind a virtual PCI host',
  severity: 'warning',
  constraints: [],
  page,
  *check({ root, cells }) {
    if (!root.platform_info.pci_is_virtual) return
    for (const cell of [root.root_cell, ...cells].filter(isArm))
      for (const device of cell.pci_devices)
        if (device.type === PCI_TYPE_IVSHMEM && device.num_msix_vectors > 0)
          yield {
            span: at(device, 'num_msix_vectors'),
            headline: `${bdf(device.bdf)} has MSI-X vectors, but a virtual PCI host has no MSI controller`,
            notes: ['Linux cannot enable MSI-X there, and with vectors the device has no INTx: it raises no interrupt'],
            help: 'set num_msix_vectors to 0 and use JAILHOUSE_IVSHMEM_BAR_MASK_INTX',
            key: bdf(device.bdf),
          }
  },
}
