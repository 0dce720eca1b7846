import { PCI_TYPE_IVSHMEM } from './constants.ts'
import type { CellConfig, PciDevice } from './model.ts'

/** What a shared-memory device is made of, by what the header in use declares: `hypervisor/ivshmem.c` before and since revision 12b. */

/** Until revision 12a: one region and two ends, told apart by the order in which their cells are created. */
export interface OneRegionDevice extends PciDevice {
  readonly shmem_region: number
}

/** Since revision 12b: a state table, a common section and one output section a peer, from `shmem_regions_start` on. */
export interface SectionedDevice extends PciDevice {
  readonly shmem_regions_start: number
  readonly shmem_dev_id: number
  readonly shmem_peers: number
  readonly shmem_protocol: number
}

export const isSharedMemory = ({ type }: PciDevice): boolean => type === PCI_TYPE_IVSHMEM

export const isOneRegion = (device: PciDevice): device is OneRegionDevice =>
  isSharedMemory(device) && device.shmem_region !== undefined

export const isSectioned = (device: PciDevice): device is SectionedDevice =>
  isSharedMemory(device) &&
  device.shmem_regions_start !== undefined &&
  device.shmem_dev_id !== undefined &&
  device.shmem_peers !== undefined &&
  device.shmem_protocol !== undefined

export const sharedMemoryDevices = ({ pci_devices }: CellConfig): readonly PciDevice[] =>
  pci_devices.filter(isSharedMemory)

export const sectionedDevices = ({ pci_devices }: CellConfig): readonly SectionedDevice[] =>
  pci_devices.filter(isSectioned)

/** The part of `mem_regions` a device counts as its own: `[start, end)`. */
export interface RegionIndices {
  readonly start: number
  readonly end: number
}

export function sharedRegions(device: PciDevice): RegionIndices | undefined {
  if (isOneRegion(device)) return { start: device.shmem_region, end: device.shmem_region + 1 }
  if (!isSectioned(device)) return undefined
  const { shmem_regions_start: start, shmem_peers } = device
  return { start, end: start + 2 + shmem_peers }
}

/** The field that says where these regions begin. */
export const regionsField = (device: PciDevice): 'shmem_region' | 'shmem_regions_start' =>
  isOneRegion(device) ? 'shmem_region' : 'shmem_regions_start'

/** Where the regions of a shared-memory device begin. */
export const regionsStart = (device: PciDevice): number | undefined => sharedRegions(device)?.start

/** The device as it is when its regions have moved. */
export const withRegionsAt = (device: PciDevice, start: number): PciDevice => ({
  ...device,
  [regionsField(device)]: start,
})
