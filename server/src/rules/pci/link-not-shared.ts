import { MEM_COMM_REGION, MEM_ROOTSHARED } from '../../config/constants.ts'
import { linkRegions, sectionName } from '../../config/ivshmem.ts'
import type { CellConfig } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny } from '../../config/ranges.ts'
import { linkedPairs } from '../../config/section-fit.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { bdf } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './link-not-shared.md'

export const linkNotShared: ScenarioRule = {
  kind: 'scenario',
  code: 'JH566',
  id: 'link-not-shared',
  title: 'Shared memory not shared with the root cell',
  severity: 'error',
  constraints: ['ivshmem-rootshared', 'ivshmem-peer-not-mapped', 'rootshared-root-permission'],
  rests: ['flags'],
  indexes: ['mem_regions'],
  page,
  *check(scenario) {
    for (const { first, other } of linkedPairs(scenario)) {
      if (!first.cell.isRoot) continue
      for (const [k, region] of linkRegions(other).entries())
        if (region && region.size > 0n && !hasAny(region, LEFT_TO_ROOT) && isRoots(first.cell, region.phys_start))
          yield {
            span: at(region, 'flags'),
            headline: `${sectionName(other.device, k)} of ${bdf(other.device.bdf)} is unmapped from the root cell`,
            notes: ['the next access of the root cell to its end of the link parks the CPU'],
            related: [{ span: at(first.device, 'bdf'), text: 'the root cell has the other end' }],
            key: keyOf(region),
            ...fixes(fixOf('Add JAILHOUSE_MEM_ROOTSHARED', addFlag(region, 'flags', 'JAILHOUSE_MEM_ROOTSHARED'))),
          }
    }
  },
}

/** `cell_create` leaves the root what either marks. */
const LEFT_TO_ROOT = MEM_ROOTSHARED | MEM_COMM_REGION

const isRoots = (root: CellConfig, address: bigint): boolean =>
  root.mem_regions.some(({ phys_start, size }) => phys_start <= address && address < phys_start + size)
