import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isListed } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './device-not-in-root.md'

export const isPhysical = ({ type }: PciDevice): boolean => type !== PCI_TYPE_IVSHMEM

/** `pci_cell_init` finds the root's device by bdf; `pci_return_device_to_root_cell` compares the domain as well. */
export const deviceNotInRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH560',
  id: 'device-not-in-root',
  title: 'PCI device not assigned to the root cell',
  severity: 'warning',
  constraints: ['pci-not-in-root', 'pci-domain-ignored'],
  complete: ['root.pci_devices'],
  page,
  *check({ root: { root_cell }, cells }) {
    for (const cell of cells)
      for (const device of cell.pci_devices.filter(each => isPhysical(each) && isListed(each))) {
        const twin = root_cell.pci_devices.find(other => isPhysical(other) && other.bdf === device.bdf)
        if (!twin)
          yield {
            span: at(device, 'bdf'),
            headline: `${bdf(device.bdf)} is not in pci_devices of the root cell`,
            notes: ['this cell gets the device unchecked; after destroy no cell has it'],
            help: 'list the device in the root cell, or check the bdf',
            key: bdf(device.bdf),
            charges: 'bdf',
          }
        else if (twin.domain !== device.domain)
          yield {
            span: at(device, 'domain'),
            headline: `domain ${device.domain} of ${bdf(device.bdf)} differs from the root cell (${twin.domain})`,
            notes: [
              'create compares the bdf only, destroy also the domain: the device is not returned to the root cell',
            ],
            related: [{ span: at(twin, 'bdf'), text: `the root cell has ${bdf(twin.bdf)} of domain ${twin.domain}` }],
            key: bdf(device.bdf),
            ...fixes(fixOf(`Set the domain to ${twin.domain}`, setField(device, 'domain', String(twin.domain)), false)),
          }
      }
  },
}
