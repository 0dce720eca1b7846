import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { isAligned } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at, bdf, hex } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './msix-table.md'

export const msixTable: CellRule = {
  kind: 'cell',
  code: 'JH511',
  id: 'msix-table',
  title: 'An MSI-X table is where and as large as the vectors need',
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
          headline: `${bdf(device.bdf)} has ${num_msix_vectors} MSI-X vectors but no msix_address: the hypervisor reads its table through a null pointer`,
          key: bdf(device.bdf),
        }
      else if (!isAligned(msix_address))
        yield {
          span: at(device, 'msix_address'),
          headline: `the MSI-X table of ${bdf(device.bdf)} at ${hex(msix_address)} does not begin a page: the wrong registers are intercepted`,
          key: bdf(device.bdf),
        }
      else if (msix_region_size < num_msix_vectors * 16 || msix_region_size % 0x1000)
        yield {
          span: at(device, 'msix_region_size'),
          headline: `the MSI-X table of ${bdf(device.bdf)} needs ${hex(needed)} bytes for ${num_msix_vectors} vectors in whole pages, not ${hex(msix_region_size)}`,
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
