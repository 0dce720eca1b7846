import { bdf, hexDigits } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './pci-device-not-listed.md'
import { atArray, basis } from './words.ts'

export const pciDeviceNotListed: BoardRule = {
  kind: 'board',
  code: 'JH962',
  id: 'pci-device-not-listed',
  title: 'PCI device of the machine missing from the root cell',
  severity: 'warning',
  constraints: [],
  complete: ['root.pci_devices'],
  page,
  *check({ platform, scenario }) {
    const { root_cell, architecture } = scenario.root
    if (architecture !== 'x86') return
    for (const device of platform.pci ?? []) {
      const isListed = root_cell.pci_devices.some(({ bdf: address }) => address === device.bdf)
      if (device.segment !== 0 || isListed) continue
      yield {
        span: atArray(root_cell, 'pci_devices'),
        headline: `${bdf(device.bdf)} (${hexDigits(device.vendor, 4)}:${hexDigits(device.device, 4)}) is not in pci_devices`,
        notes: [
          'Linux reads all ones from its configuration space once Jailhouse runs, and its DMA is blocked',
          basis(device),
        ],
        key: bdf(device.bdf),
      }
    }
  },
}
