import { commentOf } from '../../config/comment-name.ts'
import { MEM_EXECUTE, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { shortRegionName } from '../../config/element-name.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { hasAny, isSubPage } from '../../config/ranges.ts'
import { bdf } from '../../text/words.ts'
import type { SystemRule } from '../rule.ts'
import page from './bus-window.md'

/** Linux places BARs in the window of their bus; `ivshmem_register_mmio` traps what no region maps. */
export const busWindow: SystemRule = {
  kind: 'system',
  code: 'JH529',
  id: 'bus-window',
  title: 'Window of a PCI bus mapped beside a shared-memory device',
  severity: 'warning',
  constraints: ['ivshmem-bus-window'],
  rests: ['extent'],
  page,
  *check({ architecture, root_cell }) {
    if (architecture !== 'x86') return
    const devices = root_cell.pci_devices.filter(({ type }) => type === PCI_TYPE_IVSHMEM)
    if (devices.length === 0) return
    for (const region of root_cell.mem_regions) {
      const bus = windowOf(region)
      const device = devices.find(({ domain, bdf }) => domain === bus?.domain && bdf >> 8 === bus.number)
      if (device)
        yield {
          span: at(region, 'phys_start'),
          headline: `${shortRegionName(region)} maps the whole window: registers of ${bdf(device.bdf)} may not trap`,
          notes: [
            'Linux places the BARs of shared-memory devices in the window of their bus',
            'what a region maps is not intercepted: such accesses go to the machine, and what they read is not known',
          ],
          help: 'replace it with regions for the BARs of the devices on the bus',
          related: [{ span: at(device, 'bdf'), text: `${bdf(device.bdf)} is on this bus` }],
          key: keyOf(region),
        }
    }
  },
}

/** The bus whose window /proc/iomem calls so, in the comment of a region. */
function windowOf(region: MemoryRegion): { readonly domain: number; readonly number: number } | undefined {
  if (region.size === 0n || isSubPage(region) || hasAny(region, MEM_EXECUTE)) return undefined
  const [, domain, number] = /: PCI Bus ([\da-f]{4}):([\da-f]{2})$/i.exec(commentOf(region)?.trim() ?? '') ?? []
  if (domain === undefined || number === undefined) return undefined
  return { domain: Number.parseInt(domain, 16), number: Number.parseInt(number, 16) }
}
