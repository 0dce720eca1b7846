import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { isAligned } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, count, hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './msix-table.md'

export const msixTable: CellRule = {
  kind: 'cell',
  code: 'JH511',
  id: 'msix-table',
  title: 'Misplaced or undersized MSI-X table',
  severity: 'error',
  constraints: ['pci-msix-address-zero', 'pci-msix-region'],
  page,
  *check(cell) {
    for (const device of cell.pci_devices) {
      const { num_msix_vectors, msix_address, msix_region_size, type } = device
      if (type === PCI_TYPE_IVSHMEM || (num_msix_vectors === 0 && msix_address === 0n)) continue
      const needed = (num_msix_vectors * 16 + 0xfff) & 0xf000
      if (msix_address === 0n)
        yield {
          span: at(device, 'msix_address'),
          headline: `${bdf(device.bdf)} has ${count(num_msix_vectors, 'MSI-X vector')} but no msix_address`,
          notes: ['the hypervisor reads the table through a null pointer'],
          key: bdf(device.bdf),
        }
      else if (!isAligned(msix_address))
        yield {
          span: at(device, 'msix_address'),
          headline: `msix_address ${hex(msix_address)} of ${bdf(device.bdf)} is not page-aligned`,
          notes: ['the hypervisor intercepts the wrong registers'],
          key: bdf(device.bdf),
        }
      else if (msix_region_size < num_msix_vectors * 16 || msix_region_size % 0x1000)
        yield {
          span: at(device, 'msix_region_size'),
          headline: `msix_region_size ${hex(msix_region_size)} of ${bdf(device.bdf)} ${msix_region_size < num_msix_vectors * 16 ? 'is too small' : 'is not a multiple of the page size'}`,
          notes: [`${count(num_msix_vectors, 'vector')} take ${hex(needed)}, rounded up to pages`],
          key: bdf(device.bdf),
          ...fixes(
            fixOf(
              `Set msix_region_size to ${hex(needed)}`,
              needed ? setField(device, 'msix_region_size', hex(needed)) : undefined,
            ),
          ),
        }
    }
  },
}
