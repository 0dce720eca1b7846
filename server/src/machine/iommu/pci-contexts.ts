import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { PciDevice } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'
import type { DmaContext, Translation } from '../hypervisor.ts'
import { bdfText } from '../units/bdf.ts'

/** Every physical PCI device that a configuration lists, then the rest, which fault as soon as the units are on. */
export function pciContexts(
  driver: string,
  { root, cells }: Scenario,
  isOn: boolean,
  translationOf: (device: PciDevice) => Translation,
): readonly DmaContext[] {
  const configs = [root.root_cell, ...cells]
  const physical = configs.flatMap(({ pci_devices }) => pci_devices.filter(({ type }) => type !== PCI_TYPE_IVSHMEM))
  const byBdf = new Map(physical.map(device => [device.bdf, device]))
  const listed = [...byBdf.values()].sort((a, b) => a.bdf - b.bdf)
  const owners = (bdf: number) => configs.filter(({ pci_devices }) => pci_devices.some(device => device.bdf === bdf))
  return [
    ...listed.map(device => ({
      unit: device.iommu,
      driver,
      device: `device ${bdfText(device.bdf)}`,
      owners: owners(device.bdf),
      translation: isOn ? translationOf(device) : ({ kind: 'bypass' } as const),
    })),
    { unit: 0, driver, device: 'all other devices', owners: [], translation: { kind: isOn ? 'blocked' : 'bypass' } },
  ]
}
