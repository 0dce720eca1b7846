import { isSharedMemory } from '../../config/ivshmem.ts'
import { at } from '../../config/places.ts'
import { bdf } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './pci-device-gone.md'
import { basis } from './words.ts'

export const pciDeviceGone: BoardRule = {
  kind: 'board',
  code: 'JH963',
  id: 'pci-device-gone',
  title: 'PCI device missing in the machine',
  severity: 'information',
  constraints: [],
  page,
  *check({ platform, scenario }) {
    const { root_cell, architecture } = scenario.root
    const [first] = platform.pci ?? []
    if (architecture !== 'x86' || !platform.pci || !first) return
    for (const device of root_cell.pci_devices)
      if (
        !isSharedMemory(device) &&
        !platform.pci.some(({ bdf: address, segment }) => segment === 0 && address === device.bdf)
      )
        yield {
          span: at(device, 'bdf'),
          headline: `the machine has no device ${bdf(device.bdf)}`,
          notes: [basis(first)],
          key: bdf(device.bdf),
        }
  },
}
