import { at, bdf } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './same-bdf.md'

/** `pci_get_assigned_device` answers the first device of a bdf and never looks at the domain. */
export const sameBdf: CellRule = {
  kind: 'cell',
  code: 'JH502',
  id: 'same-bdf',
  title: 'A cell has one device at each place of the bus',
  severity: 'error',
  constraints: ['pci-dup-in-cell', 'pci-ivshmem-vs-physical'],
  page,
  *check(cell) {
    for (const [i, device] of cell.pci_devices.entries()) {
      const first = cell.pci_devices.slice(0, i).find(other => other.bdf === device.bdf)
      if (!first) continue
      const isTyped = first.type !== device.type
      yield {
        span: at(device, 'bdf'),
        headline: `pci_devices ${first.index} and ${device.index} are both ${bdf(device.bdf)}${first.domain === device.domain ? '' : ', and domains are not compared'}: only the first is ever reached${isTyped ? ', so one hides the other' : ''}`,
        related: [{ span: at(first, 'bdf'), text: `pci_devices ${first.index} is ${bdf(first.bdf)}` }],
        key: bdf(device.bdf),
      }
    }
  },
}
