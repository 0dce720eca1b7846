import { cellName } from '../../config/element-name.ts'
import { type Endpoint, isAmbiguous, isOneRegion, isSectioned, linksOf } from '../../config/ivshmem.ts'
import type { PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { strayEnds } from '../../config/section-fit.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf } from '../../text/words.ts'
import { OF_REGIONS, type RawFinding, type ScenarioRule } from '../rule.ts'
import page from './link-id-taken.md'

export const linkIdTaken: ScenarioRule = {
  kind: 'scenario',
  code: 'JH565',
  id: 'link-id-taken',
  title: 'Duplicate ID in a shared-memory link',
  severity: 'error',
  charges: 'dev_id',
  rests: [...OF_REGIONS, 'dev_id'],
  constraints: ['ivshmem-dev-id-dup'],
  page,
  *check(scenario) {
    const strays = new Set([...strayEnds(scenario)].map(({ other }) => other.device))
    for (const all of linksOf(scenario)) {
      if (isAmbiguous(all)) continue
      const link = all.filter(({ device }) => !strays.has(device))
      yield* thirdEnd(link)
      for (const [i, { cell, device }] of link.entries()) {
        const twin = link.slice(0, i).find(earlier => hasSameId(earlier.device, device))
        const free = lowestFree(link)
        if (twin && twin.cell !== cell)
          yield {
            span: at(device, 'shmem_dev_id'),
            headline: `shmem_dev_id ${device.shmem_dev_id} of ${bdf(device.bdf)} is already used by ${cellName(twin.cell)}`,
            notes: ['create fails with -EBUSY'],
            related: [{ span: at(twin.device, 'shmem_dev_id'), text: `${cellName(twin.cell)} uses it` }],
            key: bdf(device.bdf),
            ...fixes(fixOf(`Set shmem_dev_id to ${free}`, setField(device, 'shmem_dev_id', String(free)), false)),
          }
      }
    }
  },
}

const hasSameId = (a: PciDevice, b: PciDevice): boolean => isSectioned(a) && a.shmem_dev_id === b.shmem_dev_id

/** Before revision 12b a link has two ends. */
function* thirdEnd(link: readonly Endpoint[]): Iterable<RawFinding> {
  const [first, second, third] = link.filter(({ device }) => isOneRegion(device))
  if (first && second && third)
    yield {
      span: at(third.device, 'bdf'),
      headline: `the shared-memory link at ${bdf(third.device.bdf)} already has two ends`,
      notes: [`they are in ${cellName(first.cell)} and ${cellName(second.cell)}; create fails with -EBUSY`],
      help: 'use another bdf',
      related: [{ span: at(second.device, 'bdf'), text: `${cellName(second.cell)} is the second` }],
      key: bdf(third.device.bdf),
    }
}

function lowestFree(link: readonly Endpoint[]): number {
  let id = 0
  while (link.some(({ device }) => device.shmem_dev_id === id)) id++
  return id
}
