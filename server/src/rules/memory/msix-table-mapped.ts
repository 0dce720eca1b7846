import { regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { isAligned, isSubPage, overlap, PAGE_SIZE, rangeOf, virt } from '../../config/ranges.ts'
import { bdf, interval } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './msix-table-mapped.md'

/** `pci_add_physical_device` registers the table's pages for interception; a mapped page never gets there. */
export const msixTableMapped: CellRule = {
  kind: 'cell',
  code: 'JH218',
  id: 'msix-table-mapped',
  title: 'Mapped MSI-X table',
  severity: 'error',
  constraints: ['mem-overlap-msix'],
  rests: ['extent'],
  page,
  *check(cell) {
    for (const device of cell.pci_devices.filter(({ msix_address: address }) => address && isAligned(address))) {
      const table = rangeOf(device.msix_address, BigInt(device.msix_region_size) || PAGE_SIZE)
      const region = cell.mem_regions.find(region => !isSubPage(region) && overlap(virt(region), table))
      if (region)
        yield {
          span: at(region, 'phys_start'),
          headline: `${regionName(region)} maps the MSI-X table of ${bdf(device.bdf)}`,
          notes: [`accesses to ${interval(table)} do not trap: the cell can send these interrupts to any CPU`],
          help: 'exclude the table from the region',
          related: [{ span: at(device, 'msix_address'), text: `MSI-X table of ${bdf(device.bdf)}` }],
          key: keyOf(region),
        }
    }
  },
}
