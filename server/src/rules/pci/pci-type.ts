import { PCI_TYPE_BRIDGE, PCI_TYPE_DEVICE, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { at, bdf } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './pci-type.md'

export const pciType: CellRule = {
  kind: 'cell',
  code: 'JH501',
  id: 'pci-type',
  title: 'A PCI device has a type',
  severity: 'error',
  constraints: ['pci-type-invalid', 'pci-bridge-inmate'],
  page,
  *check(cell) {
    for (const device of cell.pci_devices) {
      // What the initializer does not reach is told of the array.
      if (!device.source?.origin) continue
      if (![PCI_TYPE_DEVICE, PCI_TYPE_BRIDGE, PCI_TYPE_IVSHMEM].includes(device.type))
        yield {
          span: at(device, 'type'),
          headline: `type ${device.type} is none of JAILHOUSE_PCI_TYPE_DEVICE, _BRIDGE, _IVSHMEM: ${bdf(device.bdf)} is taken for a physical device, reset, and withheld from the root`,
          key: bdf(device.bdf),
        }
      else if (device.type === PCI_TYPE_BRIDGE && !cell.isRoot)
        yield {
          span: at(device, 'type'),
          severity: 'hint',
          headline: `an inmate has no use for the bridge ${bdf(device.bdf)}: what it writes to its windows is ignored, and the root's driver keeps it`,
          key: bdf(device.bdf),
        }
    }
  },
}
