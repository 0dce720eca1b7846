import { type SectionedDevice, sectionedDevices } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'

/** What a shared-memory device is made of, by `ivshmem_init`: regions from `shmem_regions_start` on. */
export interface Sections {
  readonly device: SectionedDevice
  /** The state table; each peer's word is written by the hypervisor. */
  readonly state: MemoryRegion
  /** Read and written by all peers; may be empty. */
  readonly common: MemoryRegion
  /** One for each peer, written by that peer only. */
  readonly outputs: readonly MemoryRegion[]
}

/** The sections of all devices whose regions exist and can be read. */
export function sectionsOf(cell: CellConfig): readonly Sections[] {
  const regions = new Map(cell.mem_regions.map(region => [region.index, region]))
  return sectionedDevices(cell).flatMap(device => {
    const at = (offset: number) => regions.get(device.shmem_regions_start + offset)
    const [state, common] = [at(0), at(1)]
    const outputs = Array.from({ length: device.shmem_peers }, (_, peer) => at(2 + peer))
    const found = outputs.filter(output => output !== undefined)
    return state && common && found.length === outputs.length ? [{ device, state, common, outputs: found }] : []
  })
}

/** `the state table`, `the common section`, `output section 1` */
export const sectionName = (offset: number): string =>
  offset === 0 ? 'the state table' : offset === 1 ? 'the common section' : `output section ${offset - 2}`
