import { isOneRegion, sectionedDevices } from '../../config/ivshmem.ts'
import { at, bdf, count } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './sections-missing.md'

/** `IVSHMEM_MAX_PEERS` */
const MOST_PEERS = 12

export const sectionsMissing: CellRule = {
  kind: 'cell',
  code: 'JH520',
  id: 'sections-missing',
  title: 'A shared-memory device has its regions and peers',
  severity: 'error',
  constraints: ['ivshmem-regions-range', 'ivshmem-peers-range', 'ivshmem-dev-id', 'ivshmem-msix-count'],
  page,
  *check(cell) {
    const regions = cell.counts.num_memory_regions
    for (const device of sectionedDevices(cell)) {
      const { shmem_regions_start: start, shmem_peers: peers, shmem_dev_id: id, num_msix_vectors } = device
      const name = bdf(device.bdf)
      if (peers > MOST_PEERS || peers === 0)
        yield {
          span: at(device, 'shmem_peers'),
          headline: `${name} has ${count(peers, 'peer')}: ${peers ? `the hypervisor has room for ${MOST_PEERS} and runs past them` : 'the size of its output section is read from behind its regions'}`,
          key: `${name} peers`,
        }
      else if (start + 2 + peers > regions)
        yield {
          span: at(device, 'shmem_regions_start'),
          headline: `${name} takes the regions [${start}, ${start + 2 + peers}): state table, common section and an output section for each of ${count(peers, 'peer')}; there are ${regions}, so it is refused with EINVAL`,
          key: `${name} regions`,
        }
      if (id >= peers && peers > 0)
        yield {
          span: at(device, 'shmem_dev_id'),
          ...(id < MOST_PEERS && { severity: 'warning' as const }),
          headline: `${name} is peer ${id} of ${peers}, but peers count from 0: ${id < MOST_PEERS ? 'it has no output section of its own, and nobody notices it' : 'refused with EINVAL'}`,
          key: `${name} id`,
        }
      if (num_msix_vectors > 16)
        yield {
          span: at(device, 'num_msix_vectors'),
          headline: `${name} has ${num_msix_vectors} vectors, but 16 are possible: refused with EINVAL`,
          key: `${name} vectors`,
        }
    }
    for (const device of cell.pci_devices.filter(isOneRegion))
      if (regions <= device.shmem_region)
        yield {
          span: at(device, 'shmem_region'),
          headline: `${bdf(device.bdf)} takes region ${device.shmem_region}, but there are ${regions}: refused with EINVAL`,
          key: `${bdf(device.bdf)} regions`,
        }
  },
}
