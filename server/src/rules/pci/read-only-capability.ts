import {
  PCI_CAP_ID_EXP,
  PCI_CAP_ID_MSI,
  PCI_CAP_ID_MSIX,
  PCI_CAP_ID_PM,
  PCI_TYPE_DEVICE,
  PCICAPS_WRITE,
} from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { bdf } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import { isExtended } from './extended-capability.ts'
import page from './read-only-capability.md'
import { insertedCapability } from './shifted-capabilities.ts'

/** Capabilities every driver writes to. */
const WRITTEN: Readonly<Record<number, string>> = {
  [PCI_CAP_ID_PM]: 'power management',
  [PCI_CAP_ID_MSI]: 'MSI',
  [PCI_CAP_ID_MSIX]: 'MSI-X',
}

export const readOnlyCapability: CellRule = {
  kind: 'cell',
  code: 'JH512',
  id: 'read-only-capability',
  title: 'Read-only PCI capability',
  severity: 'warning',
  constraints: ['pci-cap-not-writable'],
  complete: ['pci_caps'],
  page,
  *check(cell) {
    // Which device has which is then doubtful (JH510).
    if (insertedCapability(cell)) return
    for (const cap of cell.pci_caps) {
      const isExpress = cap.id === PCI_CAP_ID_EXP && !cell.isRoot
      const name = isExpress ? 'PCI Express' : WRITTEN[cap.id]
      const device = cell.pci_devices.find(
        ({ type, caps_start, num_caps }) =>
          type === PCI_TYPE_DEVICE && caps_start <= cap.index && cap.index < caps_start + num_caps,
      )
      if (name && device && !(cap.flags & PCICAPS_WRITE) && !isExtended(cap))
        yield {
          span: at(cap, 'flags'),
          headline: `the ${name} capability of ${bdf(device.bdf)} is read-only`,
          notes: ['the first write of a driver parks the CPU: "Invalid PCI config write"'],
          related: [{ span: at(device), text: `device ${bdf(device.bdf)}` }],
          key: `${bdf(device.bdf)} ${name}`,
          ...fixes(fixOf('Add JAILHOUSE_PCICAPS_WRITE', addFlag(cap, 'flags', 'JAILHOUSE_PCICAPS_WRITE'))),
        }
    }
  },
}
