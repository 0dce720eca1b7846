import { cellName } from '../../config/element-name.ts'
import { type Endpoint, isOneRegion, linkRegions } from '../../config/ivshmem.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { phys } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, describeRange, interval } from '../../text/words.ts'
import type { RawFinding } from '../rule.ts'

/**
 * Before revision 12 a device has one region, by its index. Where the memory of the other end is listed here as well, but
 * the device has another region, the index is wrong. The pages of rules have examples of today's devices only.
 */
export function misdirected(end: Endpoint, other: Endpoint): RawFinding | undefined {
  const { device, cell } = end
  const [[own], [twin]] = [linkRegions(end), linkRegions(other)]
  if (!isOneRegion(device) || !own || !twin || isSameMemory(own, twin)) return undefined
  const meant = cell.mem_regions.find(region => isSameMemory(region, twin))
  if (!meant || other.cell.mem_regions.some(region => isSameMemory(region, own))) return undefined
  return {
    span: at(device, 'shmem_region'),
    headline: `the shared memory of ${bdf(device.bdf)} is region ${meant.index}, not ${device.shmem_region}`,
    notes: [`${cellName(other.cell)} has ${interval(phys(twin))} at the other end: create fails with -EINVAL`],
    related: [{ span: at(twin, 'phys_start'), text: `${cellName(other.cell)} has ${describeRange(phys(twin))}` }],
    key: bdf(device.bdf),
    ...fixes(fixOf(`Set shmem_region to ${meant.index}`, setField(device, 'shmem_region', String(meant.index)))),
  }
}

export const isSameMemory = (a: MemoryRegion, b: MemoryRegion): boolean =>
  a.phys_start === b.phys_start && a.size === b.size
