import { at } from '../../config/places.ts'
import { isListed } from '../../config/written.ts'
import { bdf } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './same-bdf.md'

/** `pci_get_assigned_device` answers the first device of a bdf and never looks at the domain. */
export const sameBdf: CellRule = {
  kind: 'cell',
  code: 'JH502',
  id: 'same-bdf',
  title: 'Duplicate bdf',
  severity: 'error',
  constraints: ['pci-dup-in-cell', 'pci-ivshmem-vs-physical'],
  page,
  *check(cell) {
    const devices = cell.pci_devices.filter(isListed)
    for (const [i, device] of devices.entries()) {
      const first = devices.slice(0, i).find(other => other.bdf === device.bdf)
      if (!first) continue
      const isTyped = first.type !== device.type
      yield {
        span: at(device, 'bdf'),
        headline: `${bdf(device.bdf)} is listed twice in this cell`,
        notes: [
          `only the first entry is used${isTyped ? ', although the types differ' : ''}`,
          ...(first.domain === device.domain ? [] : ['domains are not compared']),
        ],
        related: [{ span: at(first, 'bdf'), text: `the first entry of ${bdf(first.bdf)}` }],
        key: bdf(device.bdf),
      }
    }
  },
}
