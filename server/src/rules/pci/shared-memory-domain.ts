import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf } from '../../text/words.ts'
import type { SystemRule } from '../rule.ts'
import page from './shared-memory-domain.md'

/** A domain Linux chooses itself. */
const ANY = 0xffff

export const sharedMemoryDomain: SystemRule = {
  kind: 'system',
  code: 'JH504',
  id: 'shared-memory-domain',
  title: 'Shared-memory device outside the virtual PCI domain',
  severity: 'hint',
  constraints: ['ivshmem-domain-root', 'ivshmem-domain-auto'],
  page,
  *check({ platform_info, root_cell }) {
    const { pci_domain, pci_is_virtual } = platform_info
    if (!pci_is_virtual || pci_domain === undefined || pci_domain === ANY) return
    for (const device of root_cell.pci_devices)
      if (device.type === PCI_TYPE_IVSHMEM && device.domain !== pci_domain)
        yield {
          span: at(device, 'domain'),
          headline: `domain ${device.domain} of ${bdf(device.bdf)} is not that of the virtual PCI host (${pci_domain})`,
          notes: [
            `the host scans its bus by itself: Linux finds the device in domain ${pci_domain}`,
            'the driver does not find it when it adds and removes devices',
          ],
          related: [{ span: at(platform_info, 'pci_domain'), text: `domain of the virtual host` }],
          key: bdf(device.bdf),
          ...fixes(fixOf(`Set the domain to ${pci_domain}`, setField(device, 'domain', String(pci_domain)))),
        }
  },
}
