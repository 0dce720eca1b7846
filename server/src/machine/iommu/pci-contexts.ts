import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, PciDevice } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'
import { memoize } from '../../text/memo.ts'
import { bdf } from '../../text/words.ts'
import { blocked, bypass, type DmaContext, type Translation } from '../hypervisor.ts'
import { ownersBy } from './owners.ts'

const physical = ({ pci_devices }: CellConfig): readonly PciDevice[] =>
  pci_devices.filter(({ type }) => type !== PCI_TYPE_IVSHMEM)

/** Every physical PCI device that a configuration lists, by ascending bdf. */
const devicesOf = memoize((scenario: Scenario) => {
  const owners = ownersBy(scenario, config => physical(config).map(({ bdf }) => bdf))
  const devices = [scenario.root.root_cell, ...scenario.cells].flatMap(physical)
  const byBdf = new Map(devices.map(device => [device.bdf, device]))
  return [...byBdf.values()]
    .sort((a, b) => a.bdf - b.bdf)
    .map(device => ({ device, name: `device ${bdf(device.bdf)}`, owners: owners.get(device.bdf) ?? [] }))
})

/** The devices listed, then the rest, which fault as soon as the units are on. */
export function pciContexts(
  driver: string,
  scenario: Scenario,
  isOn: boolean,
  translationOf: (device: PciDevice) => Translation,
): readonly DmaContext[] {
  const listed = devicesOf(scenario)
  return [
    ...listed.map(({ device, name, owners }) => ({
      unit: device.iommu,
      driver,
      device: name,
      owners,
      translation: isOn ? translationOf(device) : bypass,
    })),
    { unit: 0, driver, device: 'all other devices', owners: [], translation: isOn ? blocked : bypass },
  ]
}
