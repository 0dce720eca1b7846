import type { Simulation } from '../analyze.ts'
import { type Endpoint, isOnLink, sectionName, sharedRegions } from '../config/ivshmem.ts'
import type { CellConfig, PciDevice } from '../config/model.ts'

/** The other ends of a link in all scenarios. */
export function peersOf(simulations: readonly Simulation[], cell: CellConfig, device: PciDevice): readonly Endpoint[] {
  const others = new Set(simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  return [...others]
    .filter(other => other !== cell)
    .flatMap(other =>
      other.pci_devices.filter(peer => isOnLink(device, peer)).map(peer => ({ cell: other, device: peer })),
    )
}

/** What the region at an index is for a device that shares it; the output section of a peer that is this cell says so. */
export function sectionRole(device: PciDevice, index: number): string {
  const offset = index - (sharedRegions(device)?.start ?? index)
  const isOwn = 2 <= offset && offset - 2 === device.shmem_dev_id
  return `${sectionName(device, offset)}${isOwn ? ', this cell' : ''}`
}
