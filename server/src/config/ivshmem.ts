import { addTo } from '../text/groups.ts'
import { memoize } from '../text/memo.ts'
import { PCI_TYPE_IVSHMEM } from './constants.ts'
import type { CellConfig, MemoryRegion, PciDevice } from './model.ts'
import type { Scenario } from './scenario.ts'

/**
 * What a shared-memory device and its link are, by what the header in use declares: `hypervisor/ivshmem.c` before and
 * since revision 12b.
 */

/** `ivshmem_init` refuses more. */
export const MAX_PEERS = 12
export const MAX_VECTORS = 16

export const isPeerCount = (peers: number): boolean => 0 < peers && peers <= MAX_PEERS

/** Until revision 12a: one region and two ends, distinguished by the order in which their cells are created. */
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

/** Whether a device counts the region at an index among its own. */
export const sharesRegion = (device: PciDevice, index: number): boolean => {
  const own = sharedRegions(device)
  return own !== undefined && own.start <= index && index < own.end
}

/** What the n-th of its regions is for a device: a state table, memory all may write, one output section for each peer. */
export function sectionName(device: PciDevice, offset: number): string {
  if (isOneRegion(device)) return 'shared memory'
  return offset === 0 ? 'state table' : offset === 1 ? 'common section' : `output section ${offset - 2}`
}

/** One cell's end of a link. */
export interface Endpoint {
  readonly cell: CellConfig
  readonly device: PciDevice
}

/** Whether another device is on the link of a device: ends meet by bdf alone (`ivshmem_init`). */
export const isOnLink = (device: PciDevice, other: PciDevice): boolean =>
  isSharedMemory(device) && isSharedMemory(other) && other.bdf === device.bdf

/** The links of a scenario, each with its ends; those of alternatives never meet. The root comes first. */
export function linksOf({ root, cells }: Scenario): readonly (readonly Endpoint[])[] {
  const links = new Map<number, Endpoint[]>()
  for (const cell of [root.root_cell, ...cells])
    for (const device of sharedMemoryDevices(cell)) addTo(links, device.bdf, { cell, device })
  return [...links.values()]
}

/** Whether a cell has two devices of one bdf: which of them was meant for the link is not known. */
export const isAmbiguous = (link: readonly Endpoint[]): boolean =>
  link.some(({ cell }, i) => link.findIndex(other => other.cell === cell) !== i)

/** The regions of an end in their order, each where it exists and can be read. */
export function linkRegions({ cell, device }: Endpoint): readonly (MemoryRegion | undefined)[] {
  const { start, end } = sharedRegions(device) ?? { start: 0, end: 0 }
  const regions = regionsByIndex(cell)
  return Array.from({ length: Math.min(end - start, 2 + MAX_PEERS) }, (_, k) => regions.get(start + k))
}

/** The regions of a cell that can be read, by their position in the array. */
export const regionsByIndex = memoize(
  ({ mem_regions }: CellConfig): ReadonlyMap<number, MemoryRegion> =>
    new Map(mem_regions.map(region => [region.index, region])),
)
