import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { PciDevice, PlatformInfo } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf, together } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { addTo } from '../../text/groups.ts'
import { bdf } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './shared-memory-domain.md'

/** A domain Linux chooses itself. */
const ANY = 0xffff

const MAX_RELATED = 8

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
    const strays = root_cell.pci_devices.filter(
      ({ type, domain }) => type === PCI_TYPE_IVSHMEM && domain !== pci_domain,
    )
    const byDomain = new Map<number, PciDevice[]>()
    for (const device of strays) addTo(byDomain, device.domain, device)
    for (const devices of byDomain.values()) yield outside(devices, platform_info, pci_domain)
  },
}

/** The devices of one domain, mostly all of them: of the two numbers either may be the wrong one. */
function outside(devices: readonly PciDevice[], platform_info: PlatformInfo, pci_domain: number): RawFinding {
  const [first, ...others] = devices as [PciDevice, ...PciDevice[]]
  const who = others.length === 0 ? `${bdf(first.bdf)} is` : `${devices.length} devices are`
  const changes = devices.map(device => setField(device, 'domain', String(pci_domain)))
  return {
    span: at(first, 'domain'),
    headline: `${who} in domain ${first.domain}, but pci_domain is ${pci_domain}`,
    notes: [
      `the host scans its bus by itself: Linux finds what is there in domain ${pci_domain}`,
      'the driver does not find it when it adds and removes devices',
    ],
    related: [
      { span: at(platform_info, 'pci_domain'), text: 'domain of the virtual host' },
      ...others.slice(0, MAX_RELATED).map(device => ({ span: at(device, 'domain'), text: bdf(device.bdf) })),
    ],
    key: String(first.domain),
    ...fixes(fixOf(`Set the domain to ${pci_domain}`, together(...changes))),
  }
}
