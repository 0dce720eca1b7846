import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, PciDevice } from '../../config/model.ts'
import { draftOf } from '../drafts.ts'
import {
  type Cell,
  crash,
  type Draft,
  type Failure,
  type Hypervisor,
  isRoot,
  refusal,
  rootOf,
  say,
  type Unit,
} from '../hypervisor.ts'
import { driversOf, pagingMapDevice } from '../memory.ts'
import { mmio_region_register, mmio_region_unregister } from '../mmio.ts'
import { pagesFor } from '../page-pool.ts'
import { bdfText } from './bdf.ts'

/** `hypervisor/pci.c` and `ivshmem.c`, as far as they move devices, take memory, trap accesses and refuse. */

interface PciState {
  /** `struct ivshmem_link`: cells by device id, for each bdf. */
  readonly links: Map<number, Map<number, CellConfig>>
  /** Devices of configurations whose `cell` is set: the cell has them now. */
  readonly assigned: Set<PciDevice>
}

const DEVICE_BYTES = 344
const MAX_PEERS = 12
const MAX_VECTORS = 16

const open = (hv: Hypervisor): PciState =>
  draftOf<PciState>(hv, pci, before => ({
    links: new Map([...(before?.links ?? [])].map(([bdf, peers]) => [bdf, new Map(peers)])),
    assigned: new Set(before?.assigned),
  }))

const deviceList = (cell: CellConfig) => ({ what: 'list of PCI devices', cell })
const linkItem = { what: 'ivshmem links' }

function init(hv: Hypervisor): Failure | undefined {
  const { pci_mmconfig_base, pci_mmconfig_end_bus, pci_is_virtual } = hv.scenario.root.platform_info
  const size = (pci_mmconfig_end_bus + 1) * 256 * 4096
  if (pci_mmconfig_base !== 0n && !pci_is_virtual && !pagingMapDevice(hv, pci_mmconfig_base, size))
    return refusal('pci_init', 'ENOMEM', 'no pages left to map the PCI configuration space')
  const root = rootOf(hv)
  return root ? cell_init(hv, root) : crash('pci_init', 'there is no root cell')
}

function cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  const { pci_mmconfig_base: start, pci_mmconfig_end_bus } = hv.scenario.root.platform_info
  if (start !== 0n)
    mmio_region_register(hv, cell, {
      start,
      size: BigInt(pci_mmconfig_end_bus + 1) << 20n,
      handler: 'PCI configuration space',
    })
  const devices = cell.config.pci_devices
  if (devices.length === 0) return undefined
  if (!hv.pool.take(pagesFor(devices.length * DEVICE_BYTES), deviceList(cell.config)))
    return refusal('pci_cell_init', 'ENOMEM', 'no pages left for the list of PCI devices', { cell: cell.config })
  for (const device of devices) {
    const failure = device.type === PCI_TYPE_IVSHMEM ? ivshmem_init(hv, cell, device) : takeFromRoot(hv, cell, device)
    if (failure?.kind === 'refused') cell_exit(hv, cell)
    if (failure) return failure
  }
  return undefined
}

/** `ivshmem_init`: endpoints meet by bdf alone. */
function ivshmem_init(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  const { config } = cell
  const refuse = (errno: 'EINVAL' | 'EBUSY' | 'ENOMEM', because: string) =>
    refusal('ivshmem_init', errno, because, { cell: config, entry: device })
  say(hv, 'progress', `Adding virtual PCI device ${bdfText(device.bdf)} to cell "${config.name}"`, { cell: config })
  if (config.mem_regions.length < device.shmem_regions_start + 2 + device.shmem_peers)
    return refuse('EINVAL', 'its shared memory regions reach beyond the array')
  if (MAX_VECTORS < device.num_msix_vectors || MAX_PEERS <= device.shmem_dev_id)
    return refuse('EINVAL', 'too many MSI-X vectors or too high a shmem_dev_id')
  const { links, assigned } = open(hv)
  const peers = links.get(device.bdf)
  if (peers?.has(device.shmem_dev_id))
    return refuse('EBUSY', `shmem_dev_id ${device.shmem_dev_id} is taken on this link`)
  if (peers) announcePeers(hv, config, peers)
  else if (!hv.pool.take(1, linkItem)) return refuse('ENOMEM', 'no page left for the link')
  links.set(device.bdf, (peers ?? new Map()).set(device.shmem_dev_id, config))
  assigned.add(device)
  return undefined
}

function announcePeers(hv: Hypervisor, cell: CellConfig, peers: ReadonlyMap<number, CellConfig>): void {
  say(hv, 'shared-memory', 'Shared memory connection established, peer cells:', { cell })
  const byId = [...peers].sort(([a], [b]) => a - b)
  for (const [, peer] of byId) say(hv, 'shared-memory', ` "${peer.name}"`, { cell: peer })
}

/** A physical device leaves the root cell, if that has it, before the new owner gets it. Other inmates are not asked. */
function takeFromRoot(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  const root = rootOf(hv)
  const own = root?.config.pci_devices.find(({ bdf }) => bdf === device.bdf)
  if (root && own && open(hv).assigned.has(own)) pci_remove_physical_device(hv, root, own)
  return pci_add_physical_device(hv, cell, device)
}

/** `pci_add_physical_device`: the MSI-X table is mapped for the hypervisor and trapped for the cell. */
function pci_add_physical_device(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  const { config } = cell
  say(hv, 'progress', `Adding PCI device ${bdfText(device.bdf)} to cell "${config.name}"`, { cell: config })
  const failure = addToIommus(hv, cell, device)
  if (failure) return failure
  const noRoom = device.msix_address === 0n ? undefined : mapMsixTable(hv, cell, device)
  if (noRoom) for (const driver of driversOf(hv)) driver.remove_pci_device?.(hv, device)
  else open(hv).assigned.add(device)
  return noRoom
}

function addToIommus(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  for (const driver of driversOf(hv)) {
    const failure = driver.add_pci_device?.(hv, cell, device)
    if (failure) return failure
  }
  return undefined
}

function mapMsixTable(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  const refuse = (because: string) =>
    refusal('pci_add_physical_device', 'ENOMEM', because, { cell: cell.config, entry: device })
  if (!pagingMapDevice(hv, device.msix_address, device.msix_region_size))
    return refuse(`the MSI-X table of ${bdfText(device.bdf)} cannot be mapped`)
  const extra = vectorPages(device)
  if (extra > 0 && !hv.pool.take(extra, deviceList(cell.config))) {
    hv.pool.remapUsed -= pagesFor(device.msix_region_size)
    return refuse('no pages left for the MSI-X vectors')
  }
  const size = BigInt(device.msix_region_size)
  mmio_region_register(hv, cell, { start: device.msix_address, size, handler: 'MSI-X table' })
  return undefined
}

const vectorPages = (device: PciDevice): number =>
  MAX_VECTORS < device.num_msix_vectors ? pagesFor(device.num_msix_vectors * 16) : 0

function pci_remove_physical_device(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): void {
  const { config } = cell
  say(hv, 'progress', `Removing PCI device ${bdfText(device.bdf)} from cell "${config.name}"`, { cell: config })
  for (const driver of driversOf(hv)) driver.remove_pci_device?.(hv, device)
  open(hv).assigned.delete(device)
  if (device.msix_address === 0n) return
  hv.pool.remapUsed -= pagesFor(device.msix_region_size)
  hv.pool.give(vectorPages(device), deviceList(config))
  mmio_region_unregister(hv, cell, device.msix_address)
}

/** `pci_cell_exit`: devices return to the root cell if it lists them. The root cell itself is never taken apart. */
function cell_exit(hv: Hypervisor, cell: Draft<Cell>): void {
  const { pci_devices } = cell.config
  if (isRoot(cell) || pci_devices.length === 0) return
  for (const device of pci_devices.filter(one => open(hv).assigned.has(one))) {
    if (device.type === PCI_TYPE_IVSHMEM) leaveLink(hv, device)
    else {
      pci_remove_physical_device(hv, cell, device)
      returnToRoot(hv, device)
    }
  }
  hv.pool.give(pagesFor(pci_devices.length * DEVICE_BYTES), deviceList(cell.config))
}

function returnToRoot(hv: Hypervisor, { domain, bdf }: PciDevice): void {
  const root = rootOf(hv)
  const own = root?.config.pci_devices.find(device => device.domain === domain && device.bdf === bdf)
  if (root && own && pci_add_physical_device(hv, root, own))
    say(hv, 'pci-device-lost', 'WARNING: Failed to re-assign PCI device to root cell', { cell: root.config })
}

function leaveLink(hv: Hypervisor, device: PciDevice): void {
  const { links, assigned } = open(hv)
  const peers = links.get(device.bdf)
  assigned.delete(device)
  peers?.delete(device.shmem_dev_id)
  if (peers?.size !== 0) return
  links.delete(device.bdf)
  hv.pool.give(1, linkItem)
}

export const pci: Unit = {
  name: 'PCI',
  load: hv => {
    hv.units.set(pci, undefined)
  },
  init,
  cell_init,
  cell_exit,
  shutdown: () => {},
  mmio_count_regions(hv, config) {
    const perDevice = (device: PciDevice): number =>
      device.type === PCI_TYPE_IVSHMEM ? 2 : device.msix_address !== 0n ? 1 : 0
    const base = hv.scenario.root.platform_info.pci_mmconfig_base !== 0n ? 1 : 0
    return config.pci_devices.reduce((sum, device) => sum + perDevice(device), base)
  },
}
