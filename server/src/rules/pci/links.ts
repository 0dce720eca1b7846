import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion, PciDevice } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'

/** One cell's end of a shared-memory link. */
export interface Endpoint {
  readonly cell: CellConfig
  readonly device: PciDevice
}

/** Endpoints meet by bdf alone (`ivshmem_init`); those of alternatives never do. The root comes first. */
export function linksOf({ root, cells }: Scenario): readonly (readonly Endpoint[])[] {
  const links = new Map<number, Endpoint[]>()
  for (const cell of [root.root_cell, ...cells])
    for (const device of cell.pci_devices.filter(({ type }) => type === PCI_TYPE_IVSHMEM))
      links.set(device.bdf, [...(links.get(device.bdf) ?? []), { cell, device }])
  return [...links.values()]
}

/** Each later end of a link with the one that came first. */
export function* joined(scenario: Scenario): Iterable<{ readonly first: Endpoint; readonly other: Endpoint }> {
  for (const [first, ...others] of linksOf(scenario))
    if (first) for (const other of others) if (other.cell !== first.cell) yield { first, other }
}

/** State table, memory all may write, and one output section for each peer. */
export const sectionsOf = ({ cell, device }: Endpoint): readonly (MemoryRegion | undefined)[] =>
  Array.from(
    { length: 2 + Math.min(device.shmem_peers, 12) },
    (_, k) => cell.mem_regions[device.shmem_regions_start + k],
  )

export const sectionName = (k: number): string =>
  k === 0 ? 'the state table' : k === 1 ? 'the section all may write' : `the output section of peer ${k - 2}`
