import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, PciDevice } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'
import type { DmaContext, Translation } from '../hypervisor.ts'
import { bdfText } from '../units/bdf.ts'
import { ownersBy } from './owners.ts'

const physical = ({ pci_devices }: CellConfig): readonly PciDevice[] =>
  pci_devices.filter(({ type }) => type !== PCI_TYPE_IVSHMEM)

/** Every physical PCI device that a configuration lists, then the rest, which fault as soon as the units are on. */
export function pciContexts(
  driver: string,
  scenario: Scenario,
  isOn: boolean,
  translationOf: (device: PciDevice) => Translation,
): readonly DmaContext[] {
  const owners = ownersBy(scenario, config => physical(config).map(({ bdf }) => bdf))
  const devices = [scenario.root.root_cell, ...scenario.cells].flatMap(physical)
  const listed = [...new Map(devices.map(device => [device.bdf, device])).values()].sort((a, b) => a.bdf - b.bdf)
  return [
    ...listed.map(device => ({
      unit: device.iommu,
      driver,
      device: `device ${bdfText(device.bdf)}`,
      owners: owners.get(device.bdf) ?? [],
      translation: isOn ? translationOf(device) : ({ kind: 'bypass' } as const),
    })),
    { unit: 0, driver, device: 'all other devices', owners: [], translation: { kind: isOn ? 'blocked' : 'bypass' } },
  ]
}
