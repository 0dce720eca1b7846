import { PCI_TYPE_BRIDGE, PCI_TYPE_DEVICE, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { bdf } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './pci-type.md'

export const pciType: CellRule = {
  kind: 'cell',
  code: 'JH501',
  id: 'pci-type',
  title: 'Invalid PCI device type',
  severity: 'error',
  constraints: ['pci-type-invalid', 'pci-bridge-inmate'],
  page,
  *check(cell) {
    for (const device of cell.pci_devices) {
      // What the initializer does not reach is reported for the array.
      if (!device.source?.origin) continue
      if (![PCI_TYPE_DEVICE, PCI_TYPE_BRIDGE, PCI_TYPE_IVSHMEM].includes(device.type))
        yield {
          span: at(device, 'type'),
          headline: `type ${device.type} of ${bdf(device.bdf)} is unknown`,
          notes: ['the device is treated as a physical device: it is reset and removed from the root cell'],
          help: 'use JAILHOUSE_PCI_TYPE_DEVICE, _BRIDGE or _IVSHMEM',
          key: bdf(device.bdf),
        }
      else if (device.type === PCI_TYPE_BRIDGE && !cell.isRoot)
        yield {
          span: at(device, 'type'),
          severity: 'hint',
          headline: `bridge ${bdf(device.bdf)} has no effect in an inmate`,
          notes: ['writes to its windows are ignored, and the driver in the root cell keeps it'],
          key: bdf(device.bdf),
        }
    }
  },
}
