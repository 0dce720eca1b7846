import type { Simulation } from '../analyze.ts'
import { PCI_TYPE_IVSHMEM } from '../config/constants.ts'
import type { CellConfig, PciDevice } from '../config/model.ts'

/** Regions an ivshmem device takes from `shmem_regions_start` on: state table, common section, one output section a peer. */
export const shmemRegions = (device: PciDevice): number => 2 + device.shmem_peers

/** Whether a device counts the region at an index among its own. */
export const sharesRegion = (device: PciDevice, index: number): boolean => {
  const start = device.shmem_regions_start
  return device.type === PCI_TYPE_IVSHMEM && start <= index && index < start + shmemRegions(device)
}

/** What a region is for a device, by its place behind `shmem_regions_start`. */
export function sectionName({ shmem_dev_id }: PciDevice, section: number): string {
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
  if (device.type !== PCI_TYPE_IVSHMEM) return []
  const others = new Set(simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  return [...others]
    .filter(other => other !== cell)
    .flatMap(other => other.pci_devices.filter(isOnLink(device)).map(peer => ({ cell: other, device: peer })))
}

const isOnLink =
  ({ bdf }: PciDevice) =>
  (other: PciDevice): boolean =>
    other.type === PCI_TYPE_IVSHMEM && other.bdf === bdf
