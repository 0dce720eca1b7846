import { at, bdf } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './link-without-peer.md'
import { type Endpoint, linksOf, sectionsOf } from './links.ts'

/** What the root offers to nobody here may be for a cell that is not part of the scenario. */
export const linkWithoutPeer: ScenarioRule = {
  kind: 'scenario',
  code: 'JH567',
  id: 'link-without-peer',
  title: 'A shared-memory device of an inmate has a peer',
  severity: 'hint',
  constraints: ['ivshmem-bdf-unmatched'],
  complete: ['pci_devices'],
  page,
  *check(scenario) {
    const links = linksOf(scenario)
    for (const [end, ...others] of links) {
      if (!end || others.length || end.cell.isRoot) continue
      const [meant] = links.flat().filter(other => other !== end && hasItsMemory(other, end))
      yield {
        span: at(end.device, 'bdf'),
        severity: meant ? 'warning' : 'hint',
        headline: meant
          ? `${bdf(end.device.bdf)} of "${end.cell.name}" has no peer, and "${meant.cell.name}" has the same memory at ${bdf(meant.device.bdf)}: ends meet by bdf alone; use that bdf`
          : `${bdf(end.device.bdf)} of "${end.cell.name}" has no peer: no other cell here has a shared-memory device with this bdf`,
        related: meant ? [{ span: at(meant.device, 'bdf'), text: `"${meant.cell.name}" has the memory here` }] : [],
        key: bdf(end.device.bdf),
      }
    }
  },
}

function hasItsMemory(other: Endpoint, end: Endpoint): boolean {
  const [own, twin] = [sectionsOf(end)[0], sectionsOf(other)[0]]
  return own !== undefined && twin !== undefined && own.size > 0n && own.phys_start === twin.phys_start
}
