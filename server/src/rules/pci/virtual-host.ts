import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { SystemConfig } from '../../config/model.ts'
import { isAligned, MiB } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at, bdf, hex } from '../places.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './virtual-host.md'

export const virtualHost: SystemRule = {
  kind: 'system',
  code: 'JH503',
  id: 'virtual-host',
  title: 'The PCI host covers the devices behind it',
  severity: 'error',
  constraints: [
    'vpci-end-bus',
    'vpci-bus-nonzero',
    'pci-physical-on-virtual-host',
    'ivshmem-no-mmconfig',
    'platform-mmconfig-size',
    'pci-bus-range',
    'vpci-x86',
  ],
  page,
  *check(system) {
    const { architecture, platform_info, root_cell } = system
    const { pci_mmconfig_base: base, pci_mmconfig_end_bus, pci_is_virtual } = platform_info
    if (base && !isAligned(base))
      yield {
        span: at(platform_info, 'pci_mmconfig_base'),
        headline: `pci_mmconfig_base ${hex(base)} does not begin a page`,
      }
    else if (base + BigInt(pci_mmconfig_end_bus + 1) * MiB > 1n << 64n)
      yield {
        span: at(platform_info, 'pci_mmconfig_base'),
        headline: 'the configuration space wraps around past the last address',
      }
    if (!architecture || architecture === 'x86') {
      if (pci_is_virtual)
        yield {
          span: at(platform_info, 'pci_is_virtual'),
          severity: 'hint',
          headline: 'pci_is_virtual has no effect on x86: virtual hosts are added to device trees only',
        }
      return
    }
    if (!base && root_cell.pci_devices.length)
      yield {
        span: at(platform_info, 'pci_mmconfig_base'),
        headline: `pci_mmconfig_base is 0, so no cell reaches the configuration space of its PCI devices`,
      }
    if (pci_is_virtual) yield* behindVirtualHost(system)
  },
}

/** `create_vpci_of_overlay` describes one bus, with the devices' BARs right behind it. */
function* behindVirtualHost({ platform_info, root_cell }: SystemConfig): Iterable<RawFinding> {
  if (platform_info.pci_mmconfig_end_bus !== 0)
    yield {
      span: at(platform_info, 'pci_mmconfig_end_bus'),
      headline: `a virtual host has bus 0 only: with pci_mmconfig_end_bus ${platform_info.pci_mmconfig_end_bus} the BARs of its devices lie inside the configuration space and are never reached`,
      ...fixes(fixOf('Set pci_mmconfig_end_bus to 0', setField(platform_info, 'pci_mmconfig_end_bus', '0'))),
    }
  for (const device of root_cell.pci_devices) {
    if (device.type !== PCI_TYPE_IVSHMEM)
      yield {
        span: at(device, 'type'),
        headline: `the physical device ${bdf(device.bdf)} is not behind the host at ${hex(platform_info.pci_mmconfig_base)}, which is virtual: an access to its registers faults in the hypervisor`,
        key: bdf(device.bdf),
      }
    else if (device.bdf >> 8)
      yield {
        span: at(device, 'bdf'),
        headline: `${bdf(device.bdf)} is on bus ${device.bdf >> 8}, but a virtual host has bus 0 only: nobody finds the device`,
        key: bdf(device.bdf),
      }
  }
}
