import {
  type Endpoint,
  isOneRegion,
  isSectioned,
  MAX_PEERS,
  MAX_VECTORS,
  type OneRegionDevice,
  type SectionedDevice,
} from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion, PciDevice } from '../../config/model.ts'
import { bdf } from '../../text/words.ts'
import { type Cell, type Draft, type Errno, type Failure, type Hypervisor, printk, refusal } from '../hypervisor.ts'

/** `hypervisor/ivshmem.c`: which ends meet, and what is refused. The header in use tells which version it is. */

/** `struct ivshmem_link`, before revision 12b `struct ivshmem_data`: the ends by their id. */
export type Links = Map<string, Map<number, Endpoint>>

const linkItem = { what: 'ivshmem links' } as const

/** `ivshmem_init`: endpoints meet by bdf alone. */
export function ivshmem_init(hv: Hypervisor, links: Links, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  const { config } = cell
  printk(hv, 'progress', `Adding virtual PCI device ${bdf(device.bdf)} to cell "${config.name}"`, { cell: config })
  if (isSectioned(device)) return joinAsPeer(hv, links, config, device)
  return isOneRegion(device) ? joinAsSecond(hv, links, config, device) : undefined
}

const refuser =
  (cell: CellConfig, entry: PciDevice) =>
  (errno: Errno, reason: string): Failure =>
    refusal('ivshmem_init', errno, reason, { cell, entry })

/** Version 2: a peer has the id its configuration gives it. */
function joinAsPeer(hv: Hypervisor, links: Links, cell: CellConfig, device: SectionedDevice): Failure | undefined {
  const refuse = refuser(cell, device)
  const { shmem_regions_start, shmem_peers, shmem_dev_id, num_msix_vectors } = device
  if (cell.counts.num_memory_regions < shmem_regions_start + 2 + shmem_peers)
    return refuse('EINVAL', 'its shared memory regions reach beyond the array')
  if (MAX_VECTORS < num_msix_vectors || MAX_PEERS <= shmem_dev_id)
    return refuse('EINVAL', 'too many MSI-X vectors or too high a shmem_dev_id')
  const peers = links.get(linkOf({ cell, device }))
  if (peers?.has(shmem_dev_id)) return refuse('EBUSY', `shmem_dev_id ${shmem_dev_id} is taken on this link`)
  if (peers) announcePeers(hv, cell, peers)
  return enter(hv, links, { cell, device }, shmem_dev_id)
}

function announcePeers(hv: Hypervisor, cell: CellConfig, peers: ReadonlyMap<number, Endpoint>): void {
  printk(hv, 'shared-memory', 'Shared memory connection established, peer cells:', { cell })
  const byId = [...peers].sort(([a], [b]) => a - b)
  for (const [, peer] of byId) printk(hv, 'shared-memory', ` "${peer.cell.name}"`, { cell: peer.cell })
}

/** Version 1: two ends with the same memory and protocol; who comes first is end 0. */
function joinAsSecond(hv: Hypervisor, links: Links, cell: CellConfig, device: OneRegionDevice): Failure | undefined {
  const refuse = refuser(cell, device)
  if (cell.counts.num_memory_regions <= device.shmem_region)
    return refuse('EINVAL', `there is no region ${device.shmem_region} for its shared memory`)
  const ends = links.get(linkOf({ cell, device }))
  const id = ends?.has(0) ? 1 : 0
  if (ends?.has(id)) return refuse('EBUSY', 'the link has two ends already')
  const peer = ends?.get(id ^ 1)
  if (peer) {
    const difference = differenceOf(peer, { cell, device })
    if (difference) return refuse('EINVAL', `${difference} differs from that of "${peer.cell.name}"`)
    printk(hv, 'shared-memory', `Shared memory connection established: "${cell.name}" <--> "${peer.cell.name}"`, {
      cell,
    })
  }
  return enter(hv, links, { cell, device }, id)
}

function differenceOf(peer: Endpoint, own: Endpoint): string | undefined {
  const [theirs, mine] = [regionOf(peer), regionOf(own)]
  if (theirs?.phys_start !== mine?.phys_start) return 'the address of its shared memory'
  if (theirs?.size !== mine?.size) return 'the size of its shared memory'
  return peer.device.shmem_protocol === own.device.shmem_protocol ? undefined : 'its shmem_protocol'
}

const regionOf = ({ cell, device }: Endpoint): MemoryRegion | undefined =>
  cell.mem_regions.find(({ index }) => index === device.shmem_region)

/** The first end takes a page for the link. */
function enter(hv: Hypervisor, links: Links, end: Endpoint, id: number): Failure | undefined {
  const name = linkOf(end)
  const ends = links.get(name)
  if (!ends && !hv.pool.take(1, linkItem)) return refuser(end.cell, end.device)('ENOMEM', 'no page left for the link')
  links.set(name, (ends ?? new Map<number, Endpoint>()).set(id, end))
  return undefined
}

/** By bdf alone. In the first revisions, without protocols, an end with other memory is one of another link. */
function linkOf(end: Endpoint): string {
  const { device } = end
  const memory = device.shmem_protocol === undefined ? regionOf(end) : undefined
  return memory ? `${bdf(device.bdf)} ${memory.phys_start}+${memory.size}` : bdf(device.bdf)
}

/** `ivshmem_exit`: the last end gives the link's page back. */
export function ivshmem_exit(hv: Hypervisor, links: Links, device: PciDevice): void {
  for (const [name, ends] of links)
    for (const [id, end] of ends) {
      if (end.device !== device) continue
      ends.delete(id)
      if (0 < ends.size) continue
      links.delete(name)
      hv.pool.give(1, linkItem)
    }
}
