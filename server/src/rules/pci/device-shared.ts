import { at } from '../../config/places.ts'
import { neighbours } from '../../config/scenario.ts'
import { bdf } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import { isPhysical } from './device-not-in-root.ts'
import page from './device-shared.md'

export const deviceShared: ScenarioRule = {
  kind: 'scenario',
  code: 'JH561',
  id: 'device-shared',
  title: 'PCI device assigned to two cells',
  severity: 'error',
  constraints: ['pci-physical-shared', 'vtd-device-shared'],
  page,
  *check(scenario) {
    for (const { first, second } of neighbours(scenario))
      for (const device of second.pci_devices.filter(isPhysical)) {
        const twin = first.pci_devices.find(other => isPhysical(other) && other.bdf === device.bdf)
        if (twin)
          yield {
            span: at(device, 'bdf'),
            headline: `${bdf(device.bdf)} is also assigned to "${first.name}"`,
            notes: [
              'both cells can configure it; its DMA follows the cell created last',
              'destroying either cell returns the device to the root cell',
            ],
            help: 'list the device in one cell',
            related: [{ span: at(twin, 'bdf'), text: `"${first.name}" has it here` }],
            key: `${first.name} ${bdf(device.bdf)}`,
          }
      }
  },
}
