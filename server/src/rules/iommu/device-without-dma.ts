import {
  MEM_COMM_REGION,
  MEM_DMA,
  MEM_EXECUTE,
  MEM_IO,
  MEM_READ,
  MEM_WRITE,
  PCI_TYPE_DEVICE,
} from '../../config/constants.ts'
import { regionName, shortRegionName } from '../../config/element-name.ts'
import { at } from '../../config/places.ts'
import { has, hasAny, MiB } from '../../config/ranges.ts'
import { bdf } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './device-without-dma.md'

const RAM = MEM_READ | MEM_WRITE | MEM_EXECUTE

export const deviceWithoutDma: CellRule = {
  kind: 'cell',
  code: 'JH320',
  id: 'device-without-dma',
  title: 'PCI device without memory for DMA',
  severity: 'hint',
  constraints: ['vtd-no-dma-on-ram'],
  complete: ['mem_regions'],
  page,
  *check(cell) {
    const device = cell.pci_devices.find(({ type }) => type === PCI_TYPE_DEVICE)
    const reached = cell.mem_regions.filter(region => has(region, MEM_DMA))
    // A region for data alone is meant for the device.
    if (cell.architecture !== 'x86' || !device || reached.some(region => !has(region, RAM))) return
    const [ram] = cell.mem_regions
      .filter(region => has(region, RAM) && !hasAny(region, MEM_IO | MEM_COMM_REGION) && region.size >= MiB)
      .toSorted((a, b) => (a.size < b.size ? 1 : -1))
    const [other] = reached
    if (ram && !has(ram, MEM_DMA))
      yield {
        span: at(ram, 'flags'),
        headline: `${regionName(ram)} is not accessible to ${bdf(device.bdf)}`,
        notes: [
          other
            ? `${shortRegionName(other)} has JAILHOUSE_MEM_DMA: behind an IOMMU transfers to the larger region fault`
            : 'no RAM of the cell has JAILHOUSE_MEM_DMA: behind an IOMMU all transfers of the device fault',
        ],
        help: 'add JAILHOUSE_MEM_DMA if the device accesses memory',
        key: bdf(device.bdf),
      }
  },
}
