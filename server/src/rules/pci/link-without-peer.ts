import { cellName } from '../../config/element-name.ts'
import { isAmbiguous, linksOf } from '../../config/ivshmem.ts'
import { at } from '../../config/places.ts'
import { sharesMemory } from '../../config/section-fit.ts'
import { bdf } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './link-without-peer.md'

/** An unpaired device of the root may be for a cell that is not part of the scenario. */
export const linkWithoutPeer: ScenarioRule = {
  kind: 'scenario',
  code: 'JH567',
  id: 'link-without-peer',
  title: 'Shared-memory device without a peer',
  severity: 'hint',
  constraints: ['ivshmem-bdf-unmatched'],
  complete: ['pci_devices'],
  page,
  *check(scenario) {
    const links = linksOf(scenario)
    if (links.some(isAmbiguous)) return
    for (const [end, ...others] of links) {
      if (!end || others.length || end.cell.isRoot) continue
      const [meant] = links.flat().filter(other => other !== end && sharesMemory(other, end))
      yield {
        span: at(end.device, 'bdf'),
        severity: meant ? 'warning' : 'hint',
        headline: `shared-memory device ${bdf(end.device.bdf)} has no peer`,
        notes: [
          'the ends of a link have the same bdf, and no other cell has this one',
          ...(meant ? [`${cellName(meant.cell)} has the same memory at ${bdf(meant.device.bdf)}`] : []),
        ],
        ...(meant && { help: `use the bdf of ${cellName(meant.cell)}` }),
        related: meant ? [{ span: at(meant.device, 'bdf'), text: `${cellName(meant.cell)} has the same memory` }] : [],
        key: bdf(end.device.bdf),
        ...(meant && { charges: 'bdf' as const }),
      }
    }
  },
}
