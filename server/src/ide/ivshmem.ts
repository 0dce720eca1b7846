import type { Simulation } from '../analyze.ts'
import { isSectioned, isSharedMemory, sharedRegions } from '../config/ivshmem.ts'
import type { CellConfig, PciDevice } from '../config/model.ts'

/** Whether a device counts the region at an index among its own. */
export const sharesRegion = (device: PciDevice, index: number): boolean => {
  const own = sharedRegions(device)
  return own !== undefined && own.start <= index && index < own.end
}

/** What a region is for a device that shares it. */
export function sectionName(device: PciDevice, index: number): string {
  if (!isSectioned(device)) return 'all of it'
  const { shmem_dev_id, shmem_regions_start } = device
  const section = index - shmem_regions_start
  if (section === 0) return 'state table'
  if (section === 1) return 'common, read and write'
  const peer = section - 2
  return `output of ${peer}${peer === shmem_dev_id ? ', this cell' : ''}`
}

export interface Endpoint {
  readonly cell: CellConfig
  readonly device: PciDevice
}

/** The other ends of a link in the scenarios: devices meet by `bdf` alone (`hypervisor/ivshmem.c:ivshmem_init`). */
export function peersOf(simulations: readonly Simulation[], cell: CellConfig, device: PciDevice): readonly Endpoint[] {
  if (!isSharedMemory(device)) return []
  const others = new Set(simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  return [...others]
    .filter(other => other !== cell)
    .flatMap(other => other.pci_devices.filter(isOnLink(device)).map(peer => ({ cell: other, device: peer })))
}

const isOnLink =
  ({ bdf }: PciDevice) =>
  (other: PciDevice): boolean =>
    isSharedMemory(other) && other.bdf === bdf
