import { at } from '../../config/places.ts'
import type { BoardRule } from '../rule.ts'
import page from './pci-domain-mixed.md'
import { isLive } from './subject.ts'
import { basis, relatedFacts } from './words.ts'

/** The driver names a domain for the virtual host; the binding wants all hosts to have one, or none. */
export const pciDomainMixed: BoardRule = {
  kind: 'board',
  code: 'JH936',
  id: 'pci-domain-mixed',
  title: 'PCI hosts with and without a domain',
  severity: 'information',
  constraints: [],
  page,
  *check({ platform, scenario }) {
    const { platform_info: info } = scenario.root
    const host = platform.pciHosts.find(({ enabled, domain }) => enabled && domain === undefined)
    if (!info.pci_is_virtual || !host) return
    yield {
      span: at(info, 'pci_domain'),
      severity: isLive(host) ? 'information' : 'hint',
      headline: `${host.name} has no linux,pci-domain, the virtual PCI host has one`,
      notes: [
        'kernels before about 6.2 print "Inconsistent "linux,pci-domain" property in DT" and use domain ffffffff',
        basis(host),
      ],
      ...relatedFacts([host, 'a PCI host without linux,pci-domain']),
      key: 'mixed',
    }
  },
}
