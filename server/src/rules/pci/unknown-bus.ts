import { PCI_TYPE_BRIDGE, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { bdf, count, hexDigits } from '../../text/words.ts'
import type { SystemRule } from '../rule.ts'
import page from './unknown-bus.md'

const busOf = ({ domain, bdf }: { readonly domain: number; readonly bdf: number }): string => `${domain} ${bdf >> 8}`

/** `jailhouse_pci_add_device` asks Linux for the bus, and does nothing where there is none. Bridges get their buses in a row. */
export const unknownBus: SystemRule = {
  kind: 'system',
  code: 'JH528',
  id: 'unknown-bus',
  title: 'Shared-memory device on a bus without devices',
  severity: 'warning',
  constraints: ['ivshmem-bus-unknown'],
  complete: ['root.pci_devices'],
  page,
  *check({ platform_info, root_cell }) {
    const physical = root_cell.pci_devices.filter(({ type }) => type !== PCI_TYPE_IVSHMEM)
    const buses = new Set(physical.map(busOf))
    const bridges = physical.filter(({ type }) => type === PCI_TYPE_BRIDGE).length
    if (platform_info.pci_is_virtual || buses.size === 0) return
    for (const device of root_cell.pci_devices)
      if (device.type === PCI_TYPE_IVSHMEM && !buses.has(busOf(device)) && bridges < device.bdf >> 8)
        yield {
          span: at(device, 'bdf'),
          headline: `${bdf(device.bdf)} is on bus ${hexDigits(device.bdf >> 8, 2)}, on which the root has no other device`,
          notes: [
            `Linux scans the slot of a bus it knows; behind ${count(bridges, 'bridge')} there is hardly such a bus`,
          ],
          help: 'use a free slot of a bus with other devices, such as bus 00',
          key: bdf(device.bdf),
        }
  },
}
