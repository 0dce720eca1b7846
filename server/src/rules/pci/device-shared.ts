import { neighbours } from '../../config/scenario.ts'
import { at, bdf } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import { isPhysical } from './device-not-in-root.ts'
import page from './device-shared.md'

export const deviceShared: ScenarioRule = {
  kind: 'scenario',
  code: 'JH561',
  id: 'device-shared',
  title: 'Cells that run together have PCI devices of their own',
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
            headline: `${bdf(device.bdf)} is given to "${first.name}" and to "${second.name}": nothing checks it, both configure it, its DMA goes where the cell created last says, and destroying either gives it to the root; list it in one`,
            related: [{ span: at(twin, 'bdf'), text: `"${first.name}" has it here` }],
            key: `${first.name} ${bdf(device.bdf)}`,
          }
      }
  },
}
