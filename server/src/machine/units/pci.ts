import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, PciDevice } from '../../config/model.ts'
import {
  type Cell,
  crash,
  type Draft,
  type Failure,
  type Hypervisor,
  memoryOf,
  refusal,
  rootOf,
  say,
  type Unit,
} from '../hypervisor.ts'
import { pagingMapDevice } from '../memory.ts'
import { mmio_region_register, mmio_region_unregister } from '../mmio.ts'
import { pagesFor } from '../page-pool.ts'

/** `hypervisor/pci.c` and `ivshmem.c`, as far as they take memory, trap accesses and refuse. */

/** `struct ivshmem_link`: cells by device id, for each bdf. */
interface Links {
  readonly byBdf: ReadonlyMap<number, ReadonlyMap<number, CellConfig>>
}

const none: Links = { byBdf: new Map() }
const DEVICE_BYTES = 344
const MAX_PEERS = 12
const MAX_VECTORS = 16

const linksOf = (hv: Hypervisor): Links => memoryOf(hv, pci, none)

const deviceList = (cell: CellConfig) => ({ what: 'list of PCI devices', cell })
const linkItem = { what: 'ivshmem links' }

const bdfText = (bdf: number): string => `${hexByte(bdf >> 8)}:${hexByte((bdf >> 3) & 0x1f)}.${(bdf & 7).toString(16)}`

const hexByte = (value: number): string => value.toString(16).padStart(2, '0')

function init(hv: Hypervisor): Failure | undefined {
  hv.units.set(pci, none)
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
    const failure = device.type === PCI_TYPE_IVSHMEM ? ivshmemInit(hv, cell, device) : addPhysical(hv, cell, device)
    if (!failure) continue
    cell_exit(hv, cell)
    return failure
  }
  return undefined
}

/** `ivshmem_init`: endpoints meet by bdf alone. */
function ivshmemInit(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  const { config } = cell
  say(hv, 'progress', `Adding virtual PCI device ${bdfText(device.bdf)} to cell "${config.name}"`, { cell: config })
  if (config.mem_regions.length < device.shmem_regions_start + 2 + device.shmem_peers)
    return refusal('ivshmem_init', 'EINVAL', 'its shared memory regions reach beyond the array', { cell: config })
  if (MAX_VECTORS < device.num_msix_vectors || MAX_PEERS <= device.shmem_dev_id)
    return refusal('ivshmem_init', 'EINVAL', 'too many MSI-X vectors or too high a shmem_dev_id', { cell: config })
  const { byBdf } = linksOf(hv)
  const peers = byBdf.get(device.bdf)
  if (peers?.has(device.shmem_dev_id))
    return refusal('ivshmem_init', 'EBUSY', `shmem_dev_id ${device.shmem_dev_id} is taken on this link`, {
      cell: config,
    })
  if (peers) announcePeers(hv, config, peers)
  else if (!hv.pool.take(1, linkItem))
    return refusal('ivshmem_init', 'ENOMEM', 'no page left for the link', { cell: config })
  const joined = new Map(peers).set(device.shmem_dev_id, config)
  hv.units.set(pci, { byBdf: new Map(byBdf).set(device.bdf, joined) } satisfies Links)
  return undefined
}

function announcePeers(hv: Hypervisor, cell: CellConfig, peers: ReadonlyMap<number, CellConfig>): void {
  say(hv, 'shared-memory', 'Shared memory connection established, peer cells:', { cell })
  const byId = [...peers].sort(([a], [b]) => a - b)
  for (const [, peer] of byId) say(hv, 'shared-memory', ` "${peer.name}"`, { cell: peer })
}

/** `pci_add_physical_device`: the MSI-X table is mapped for the hypervisor and trapped for the cell. */
function addPhysical(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  say(hv, 'progress', `Adding PCI device ${bdfText(device.bdf)} to cell "${cell.config.name}"`, { cell: cell.config })
  if (device.msix_address === 0n) return undefined
  if (!pagingMapDevice(hv, device.msix_address, device.msix_region_size))
    return refusal('pci_add_physical_device', 'ENOMEM', 'the MSI-X table cannot be mapped', { cell: cell.config })
  const extra = vectorPages(device)
  if (extra > 0 && !hv.pool.take(extra, deviceList(cell.config)))
    return refusal('pci_add_physical_device', 'ENOMEM', 'no pages left for the MSI-X vectors', { cell: cell.config })
  const size = BigInt(device.msix_region_size)
  mmio_region_register(hv, cell, { start: device.msix_address, size, handler: 'MSI-X table' })
  return undefined
}

const vectorPages = (device: PciDevice): number =>
  MAX_VECTORS < device.num_msix_vectors ? pagesFor(device.num_msix_vectors * 16) : 0

function cell_exit(hv: Hypervisor, cell: Draft<Cell>): void {
  const { config } = cell
  const isOurs = (device: PciDevice): boolean =>
    device.type === PCI_TYPE_IVSHMEM && linksOf(hv).byBdf.get(device.bdf)?.get(device.shmem_dev_id) === config
  for (const device of config.pci_devices) {
    if (isOurs(device)) leaveLink(hv, device)
    if (device.type !== PCI_TYPE_IVSHMEM && device.msix_address !== 0n) removePhysical(hv, cell, device)
  }
  if (config.pci_devices.length > 0)
    hv.pool.give(pagesFor(config.pci_devices.length * DEVICE_BYTES), deviceList(config))
}

function removePhysical(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): void {
  mmio_region_unregister(hv, cell, device.msix_address)
  hv.pool.remapUsed -= pagesFor(device.msix_region_size)
  hv.pool.give(vectorPages(device), deviceList(cell.config))
}

function leaveLink(hv: Hypervisor, device: PciDevice): void {
  const { byBdf } = linksOf(hv)
  const left = new Map(byBdf.get(device.bdf))
  left.delete(device.shmem_dev_id)
  const links = new Map(byBdf).set(device.bdf, left)
  if (left.size === 0) {
    links.delete(device.bdf)
    hv.pool.give(1, linkItem)
  }
  hv.units.set(pci, { byBdf: links } satisfies Links)
}

export const pci: Unit = {
  name: 'PCI',
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
