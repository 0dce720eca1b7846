import { isSharedMemory } from '../../config/ivshmem.ts'
import type { CellConfig, PciDevice } from '../../config/model.ts'
import { bdf } from '../../text/words.ts'
import { copyOnWrite } from '../copy-on-write.ts'
import {
  type Cell,
  crash,
  type Draft,
  type Failure,
  type Hypervisor,
  isRoot,
  printk,
  refusal,
  rootOf,
  type Unit,
} from '../hypervisor.ts'
import { driversOf, paging_map_device } from '../memory.ts'
import { mmio_region_register, mmio_region_unregister } from '../mmio.ts'
import { pagesFor } from '../page-pool.ts'
import { ivshmem_exit, ivshmem_init, type Links } from './ivshmem.ts'

/** `hypervisor/pci.c`, as far as it moves devices, takes memory, traps accesses and refuses. */

interface PciState {
  readonly links: Links
  /** Devices of configurations whose `cell` is set: the cell has them now. */
  readonly assigned: Set<PciDevice>
}

const DEVICE_BYTES = 344
const INLINE_VECTORS = 16

const open = (hv: Hypervisor): PciState =>
  copyOnWrite<PciState>(hv, pci, before => ({
    links: new Map([...(before?.links ?? [])].map(([link, ends]) => [link, new Map(ends)])),
    assigned: new Set(before?.assigned),
  }))

const deviceList = (cell: CellConfig) => ({ what: 'list of PCI devices', cell })

function init(hv: Hypervisor): Failure | undefined {
  const { pci_mmconfig_base, pci_mmconfig_end_bus, pci_is_virtual } = hv.scenario.root.platform_info
  const size = (pci_mmconfig_end_bus + 1) * 256 * 4096
  if (pci_mmconfig_base !== 0n && !pci_is_virtual && !paging_map_device(hv, pci_mmconfig_base, size))
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
    const failure = isSharedMemory(device) ? enterLink(hv, cell, device) : takeFromRoot(hv, cell, device)
    if (failure?.kind === 'refused') cell_exit(hv, cell)
    if (failure) return failure
  }
  return undefined
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
  printk(hv, 'progress', `Adding PCI device ${bdf(device.bdf)} to cell "${config.name}"`, { cell: config })
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
  const refuse = (reason: string) =>
    refusal('pci_add_physical_device', 'ENOMEM', reason, { cell: cell.config, entry: device })
  if (!paging_map_device(hv, device.msix_address, device.msix_region_size))
    return refuse(`the MSI-X table of ${bdf(device.bdf)} cannot be mapped`)
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
  INLINE_VECTORS < device.num_msix_vectors ? pagesFor(device.num_msix_vectors * 16) : 0

function pci_remove_physical_device(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): void {
  const { config } = cell
  printk(hv, 'progress', `Removing PCI device ${bdf(device.bdf)} from cell "${config.name}"`, { cell: config })
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
    if (isSharedMemory(device)) leaveLink(hv, device)
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
    printk(hv, 'pci-device-lost', 'WARNING: Failed to re-assign PCI device to root cell', { cell: root.config })
}

function enterLink(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  const { links, assigned } = open(hv)
  const failure = ivshmem_init(hv, links, cell, device)
  if (!failure) assigned.add(device)
  return failure
}

function leaveLink(hv: Hypervisor, device: PciDevice): void {
  const { links, assigned } = open(hv)
  assigned.delete(device)
  ivshmem_exit(hv, links, device)
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
    const perDevice = (device: PciDevice): number => (isSharedMemory(device) ? 2 : device.msix_address !== 0n ? 1 : 0)
    const base = hv.scenario.root.platform_info.pci_mmconfig_base !== 0n ? 1 : 0
    return config.pci_devices.reduce((sum, device) => sum + perDevice(device), base)
  },
}
