import { at, hex } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './ports.md'

/** Ports through which PCI configuration space is reached. */
const PCI_CONFIG = { start: 0xcf8, end: 0xd00 }

export const ports: CellRule = {
  kind: 'cell',
  code: 'JH710',
  id: 'ports',
  title: 'I/O ports are those of devices',
  severity: 'error',
  constraints: ['pio-range-overflow', 'pio-pci-config', 'pio-arm', 'pio-i8042'],
  page,
  *check(cell) {
    if (cell.architecture !== 'x86') {
      const [first] = cell.pio_regions
      if (first && cell.architecture)
        yield {
          span: at(first),
          severity: 'hint',
          headline: `I/O ports have no effect on ${cell.architecture}: there are none`,
          key: 'architecture',
        }
      return
    }
    for (const region of cell.pio_regions) {
      const end = region.base + region.length
      const key = `${hex(region.base)}`
      if (end > 0x10000)
        yield {
          span: at(region, 'length'),
          headline: `ports [${hex(region.base)}, ${hex(end)}) reach past 0x10000: the bits of the rest are written into memory of the hypervisor`,
          key,
        }
      else if (region.base < PCI_CONFIG.end && PCI_CONFIG.start < end)
        yield {
          span: at(region, 'base'),
          headline: `ports [${hex(region.base)}, ${hex(end)}) contain those of PCI configuration space, [0xcf8, 0xd00): the cell reaches every device, unchecked`,
          key,
        }
      else if (region.base <= 0x64 && 0x64 < end)
        yield {
          span: at(region, 'base'),
          severity: 'hint',
          headline: 'port 0x64 of the keyboard controller stays checked: commands that reset the machine are dropped',
          key,
        }
    }
  },
}
