import { type SectionedDevice, sectionedDevices } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { misplacedSections } from '../../config/section-fit.ts'

/** What a shared-memory device is made of, by `ivshmem_init`: regions from `shmem_regions_start` on. */
export interface Sections {
  readonly device: SectionedDevice
  /** The state table; each peer's word is written by the hypervisor. */
  readonly state: MemoryRegion
  /** Read and written by all peers; may be empty. */
  readonly common: MemoryRegion
  /** One for each peer, written by that peer only; a count that reaches beyond the array ends there. */
  readonly outputs: readonly MemoryRegion[]
  /** Fewer regions are left than the device counts: its start or its peers are wrong. */
  readonly isCut: boolean
}

/** The sections of all devices whose regions exist and can be read, and are those of a link. */
export function sectionsOf(cell: CellConfig): readonly Sections[] {
  const misplaced = misplacedSections(cell)
  const regions = new Map(cell.mem_regions.map(region => [region.index, region]))
  return sectionedDevices(cell).flatMap(device => {
    if (misplaced.has(device)) return []
    const at = (offset: number) => regions.get(device.shmem_regions_start + offset)
    const [state, common] = [at(0), at(1)]
    const outputs: MemoryRegion[] = []
    for (let next = at(2); next && outputs.length < device.shmem_peers; next = at(2 + outputs.length))
      outputs.push(next)
    const isCut = outputs.length < device.shmem_peers
    return state && common ? [{ device, state, common, outputs, isCut }] : []
  })
}

/** `the state table`, `the common section`, `output section 1` */
export const sectionName = (offset: number): string =>
  offset === 0 ? 'the state table' : offset === 1 ? 'the common section' : `output section ${offset - 2}`
