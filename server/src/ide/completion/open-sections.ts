import { MEM_WRITE } from '../../config/constants.ts'
import { isSectioned, type SectionedDevice, sharedRegions, sharesRegion } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { has, overlap, phys } from '../../config/ranges.ts'
import { misplacedSections } from '../../config/section-fit.ts'
import type { CellView } from './cell-view.ts'

/** The memory of a link one end of which is there: its sections as that cell has them, and who this cell would be. */
export interface OpenSections {
  readonly peer: CellConfig
  readonly device: SectionedDevice
  readonly sections: readonly MemoryRegion[]
  readonly id: number
}

/** The first link of another cell that still has a free id. */
function* linksOfOthers({ own, others }: CellView): Iterable<OpenSections> {
  for (const peer of others)
    for (const device of peer.pci_devices.filter(isSectioned)) {
      const sections = sectionsAt(peer, device.shmem_regions_start, device.shmem_peers)
      const ends = others.flatMap(cell => cell.pci_devices.filter(isSectioned)).filter(({ bdf }) => bdf === device.bdf)
      const mine = own.pci_devices.find(({ bdf }) => bdf === device.bdf)
      const ids = Array.from({ length: device.shmem_peers }, (_, id) => id)
      const id = mine?.shmem_dev_id ?? ids.find(each => !ends.some(end => end.shmem_dev_id === each))
      const isSound = sections.length === device.shmem_peers + 2 && !misplacedSections(peer).has(device)
      if (isSound && id !== undefined) yield { peer, device, sections, id }
    }
}

const sectionsAt = ({ mem_regions }: CellConfig, start: number, peers: number): readonly MemoryRegion[] =>
  mem_regions.filter(({ index }) => start <= index && index < start + 2 + peers)

/** A link whose memory this cell does not have yet, not even as a part of something else. */
export function missingSections(view: CellView): OpenSections | undefined {
  const own = view.own.mem_regions.map(phys)
  const isHere = (section: MemoryRegion) => own.some(range => overlap(range, phys(section)))
  return [...linksOfOthers(view)].find(({ sections }) => !sections.some(isHere))
}

/** A link whose memory this cell has and whose device it lacks, with the index of its first region here. */
export function missingDevice(view: CellView): (OpenSections & { readonly start: number }) | undefined {
  const { pci_devices } = view.own
  return [...linksOfOthers(view)]
    .filter(({ device }) => !pci_devices.some(({ bdf }) => bdf === device.bdf))
    .flatMap(link => {
      const start = startOf(view.own, link)
      return start === undefined ? [] : [{ ...link, start }]
    })[0]
}

/** Where the sections of a link begin in this cell, as far as no device counts them among its own. */
function startOf(own: CellConfig, { sections, id }: OpenSections): number | undefined {
  const fits = (start: number) =>
    sections.every(({ phys_start, size }, k) => {
      const region = own.mem_regions.find(({ index }) => index === start + k)
      return region?.phys_start === phys_start && region.size === size && (k !== id + 2 || has(region, MEM_WRITE))
    })
  return own.mem_regions
    .map(({ index }) => index)
    .find(index => !own.pci_devices.some(device => sharesRegion(device, index)) && fits(index))
}

/** Sections of a new link that no device of the cell counts among its own: a table, a common section, two outputs. */
export function ownLink(own: CellConfig): { readonly start: number; readonly id: number } | undefined {
  for (const { index } of own.mem_regions) {
    const [table, common, first, second] = sectionsAt(own, index, 2)
    if (!table || !common || !first || !second || table.size === 0n || first.size === 0n) continue
    const isUsed = own.pci_devices.some(device => {
      const used = sharedRegions(device)
      return used !== undefined && index < used.end && used.start < index + 4
    })
    const writers = [first, second].map(region => has(region, MEM_WRITE))
    const isLink = !has(table, MEM_WRITE) && first.size === second.size && writers[0] !== writers[1]
    if (!isUsed && isLink && first.phys_start === table.phys_start + table.size + common.size)
      return { start: index, id: writers[0] ? 0 : 1 }
  }
  return undefined
}

/** What `JAILHOUSE_SHMEM_NET_REGIONS` makes. */
export function isNetLink({ sections }: Pick<OpenSections, 'sections'>): boolean {
  const [table, common, first, second, ...more] = sections
  return (
    more.length === 0 &&
    table?.size === 0x1000n &&
    common?.size === 0n &&
    first?.phys_start === table.phys_start + 0x1000n &&
    first.size === 0x7f000n &&
    second?.phys_start === table.phys_start + 0x80000n &&
    second.size === 0x7f000n
  )
}
