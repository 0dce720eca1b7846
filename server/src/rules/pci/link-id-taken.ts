import { fixes, fixOf } from '../fixes/change.ts'
import { setField } from '../fixes/fields.ts'
import { at, bdf } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './link-id-taken.md'
import { type Endpoint, linksOf } from './links.ts'

export const linkIdTaken: ScenarioRule = {
  kind: 'scenario',
  code: 'JH565',
  id: 'link-id-taken',
  title: 'Each end of a shared-memory link has an ID of its own',
  severity: 'error',
  constraints: ['ivshmem-dev-id-dup'],
  page,
  *check(scenario) {
    for (const link of linksOf(scenario))
      for (const [i, { cell, device }] of link.entries()) {
        const twin = link.slice(0, i).find(earlier => earlier.device.shmem_dev_id === device.shmem_dev_id)
        const free = lowestFree(link)
        if (twin && twin.cell !== cell)
          yield {
            span: at(device, 'shmem_dev_id'),
            headline: `shmem_dev_id ${device.shmem_dev_id} of ${bdf(device.bdf)} is taken by "${twin.cell.name}": creating "${cell.name}" answers EBUSY; use another`,
            related: [{ span: at(twin.device, 'shmem_dev_id'), text: `"${twin.cell.name}" has it` }],
            key: bdf(device.bdf),
            ...fixes(fixOf(`Set shmem_dev_id to ${free}`, setField(device, 'shmem_dev_id', String(free)), false)),
          }
      }
  },
}

function lowestFree(link: readonly Endpoint[]): number {
  let id = 0
  while (link.some(({ device }) => device.shmem_dev_id === id)) id++
  return id
}
