import { isOneRegion, isPeerCount, MAX_PEERS, sectionedDevices } from '../../config/ivshmem.ts'
import type { PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { type Misplacement, misplacedSections } from '../../config/section-fit.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, count } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './sections-missing.md'

export const sectionsMissing: CellRule = {
  kind: 'cell',
  code: 'JH520',
  id: 'sections-missing',
  title: 'Shared-memory device without its regions or peers',
  severity: 'error',
  rests: ['peers'],
  constraints: ['ivshmem-regions-range', 'ivshmem-peers-range', 'ivshmem-dev-id', 'ivshmem-msix-count'],
  indexes: ['mem_regions'],
  page,
  *check(cell) {
    const regions = cell.counts.num_memory_regions
    const misplaced = misplacedSections(cell)
    for (const device of sectionedDevices(cell)) {
      const { shmem_regions_start: start, shmem_peers: peers, shmem_dev_id: id, num_msix_vectors } = device
      const name = bdf(device.bdf)
      if (!isPeerCount(peers))
        yield {
          span: at(device, 'shmem_peers'),
          headline: `shmem_peers ${peers} of ${name} is out of range: 1-${MAX_PEERS} are supported`,
          notes: [
            peers
              ? 'the hypervisor writes past its table of peers'
              : 'the size of the output section is read from behind the regions',
          ],
          key: `${name} peers`,
          charges: 'peers',
          ...peersFix(device, misplaced.get(device)),
        }
      else if (start + 2 + peers > regions && !misplaced.has(device))
        yield {
          span: at(device, 'shmem_regions_start'),
          headline: `regions [${start}, ${start + 2 + peers}) of ${name} are out of range: the cell has ${regions}`,
          notes: [
            `they are state table, common section and an output section for each of ${count(peers, 'peer')}`,
            start + 2 + peers < 2 ** 32
              ? 'ivshmem_init fails with -EINVAL'
              : 'the 32-bit sum wraps: nothing is refused, and the hypervisor reads far behind the regions',
          ],
          key: `${name} regions`,
        }
      if (id >= peers && peers > 0)
        yield {
          span: at(device, 'shmem_dev_id'),
          ...(id < MAX_PEERS && { severity: 'warning' as const }),
          headline: `shmem_dev_id ${id} of ${name} is out of range: shmem_peers is ${peers}`,
          notes: [
            'IDs start at 0',
            id < MAX_PEERS
              ? 'the device has no output section and is not visible to its peers'
              : 'ivshmem_init fails with -EINVAL',
          ],
          key: `${name} id`,
        }
      if (num_msix_vectors > 16)
        yield {
          span: at(device, 'num_msix_vectors'),
          headline: `num_msix_vectors ${num_msix_vectors} of ${name} exceeds the maximum of 16`,
          notes: ['ivshmem_init fails with -EINVAL'],
          key: `${name} vectors`,
        }
    }
    for (const device of cell.pci_devices.filter(isOneRegion))
      if (regions <= device.shmem_region)
        yield {
          span: at(device, 'shmem_region'),
          headline: `shmem_region ${device.shmem_region} of ${bdf(device.bdf)} is out of range: the cell has ${regions}`,
          notes: ['ivshmem_init fails with -EINVAL'],
          key: `${bdf(device.bdf)} regions`,
        }
  },
}

/** As many as there are output sections behind the state table and the common section. */
const peersFix = (device: PciDevice, misplacement: Misplacement | undefined) =>
  misplacement?.field === 'shmem_peers' && misplacement.fits !== undefined
    ? fixes(
        fixOf(`Set shmem_peers to ${misplacement.fits}`, setField(device, 'shmem_peers', String(misplacement.fits))),
      )
    : {}
