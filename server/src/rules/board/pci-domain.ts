import { at } from '../../config/places.ts'
import type { BoardRule } from '../rule.ts'
import page from './pci-domain.md'
import { basis, relatedFacts } from './words.ts'

export const pciDomain: BoardRule = {
  kind: 'board',
  code: 'JH935',
  id: 'pci-domain',
  title: 'Virtual PCI host shares its domain with a real one',
  severity: 'warning',
  constraints: [],
  page,
  *check({ platform, scenario }) {
    const { platform_info: info } = scenario.root
    const host = platform.pciHosts.find(({ enabled, domain }) => enabled && domain === info.pci_domain)
    if (!info.pci_is_virtual || info.pci_domain === undefined || !host) return
    yield {
      span: at(info, 'pci_domain'),
      headline: `pci_domain ${info.pci_domain} is the domain of ${host.name}`,
      notes: ['Linux refuses a second host bridge of one domain and bus: no shared-memory device appears', basis(host)],
      ...relatedFacts([host, `linux,pci-domain = <${info.pci_domain}>`]),
      key: 'domain',
    }
  },
}
