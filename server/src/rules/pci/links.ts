import { isOneRegion, isSectioned, isSharedMemory, sharedRegions } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion, PciDevice } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'
import { misplacedSections } from '../../config/section-fit.ts'

/** One cell's end of a shared-memory link. */
export interface Endpoint {
  readonly cell: CellConfig
  readonly device: PciDevice
}

/** Endpoints meet by bdf alone (`ivshmem_init`); those of alternatives never do. The root comes first. */
export function linksOf({ root, cells }: Scenario): readonly (readonly Endpoint[])[] {
  const links = new Map<number, Endpoint[]>()
  for (const cell of [root.root_cell, ...cells])
    for (const device of cell.pci_devices.filter(isSharedMemory))
      links.set(device.bdf, [...(links.get(device.bdf) ?? []), { cell, device }])
  return [...links.values()]
}

/** Each later end of a link with the one that came first, where both point to regions of a link. */
export function* joined(scenario: Scenario): Iterable<{ readonly first: Endpoint; readonly other: Endpoint }> {
  for (const [first, ...others] of linksOf(scenario))
    if (first)
      for (const other of others)
        if (other.cell !== first.cell && isPlaced(first) && isPlaced(other)) yield { first, other }
}

const isPlaced = ({ cell, device }: Endpoint): boolean => !isSectioned(device) || !misplacedSections(cell).has(device)

/** State table, memory all may write, and one output section for each peer; before revision 12b one region for all. */
export function sectionsOf({ cell, device }: Endpoint): readonly (MemoryRegion | undefined)[] {
  const { start, end } = sharedRegions(device) ?? { start: 0, end: 0 }
  return Array.from({ length: Math.min(end - start, 14) }, (_, k) =>
    cell.mem_regions.find(({ index }) => index === start + k),
  )
}

export function sectionName(device: PciDevice, k: number): string {
  if (isOneRegion(device)) return 'the shared memory'
  return k === 0 ? 'the state table' : k === 1 ? 'the common section' : `the output section of peer ${k - 2}`
}
