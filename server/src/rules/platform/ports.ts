import type { PioRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isWritten } from '../../config/written.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './ports.md'

/** The numbers before 0x20 are lengths as well. */
const looksLikeEnd = ({ base, length }: PioRegion): boolean => 0x20 < base && base < length && length - base <= 0x100

/** What reaches the address: the last one where it is odd, the one behind it otherwise. */
const lengthTo = ({ base, length }: PioRegion): number => length - base + (length % 2)

/** Ports through which PCI configuration space is reached. */
const PCI_CONFIG = { start: 0xcf8, end: 0xd00 } as const

export const ports: CellRule = {
  kind: 'cell',
  code: 'JH710',
  id: 'ports',
  title: 'Invalid or unsafe I/O ports',
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
          headline: `pio_regions have no effect on ${cell.architecture}`,
          notes: ['this architecture has no I/O ports'],
          key: 'architecture',
        }
      return
    }
    for (const region of cell.pio_regions) {
      const end = region.base + region.length
      const key = `${hex(region.base)}`
      if (region.length === 0 && isWritten(region, 'base'))
        yield {
          span: at(region, 'length'),
          severity: 'warning',
          headline: `the region at port ${hex(region.base)} has length 0`,
          notes: ['it grants nothing'],
          key: `${key} length`,
        }
      else if (looksLikeEnd(region))
        yield {
          span: at(region, 'length'),
          severity: 'warning',
          headline: `length ${hex(region.length)} of the ports at ${hex(region.base)} looks like an end address`,
          notes: [`it grants the ports [${hex(region.base)}, ${hex(end)})`],
          help: `a length counts ports: ${hex(lengthTo(region))}`,
          key: `${key} length`,
        }
      if (end > 0x10000)
        yield {
          span: at(region, 'length'),
          headline: `ports [${hex(region.base)}, ${hex(end)}) extend beyond 0x10000`,
          notes: ['pio_allow_access writes beyond its bitmap, into other memory of the hypervisor'],
          key,
        }
      else if (region.base < PCI_CONFIG.end && PCI_CONFIG.start < end)
        yield {
          span: at(region, 'base'),
          headline: `ports [${hex(region.base)}, ${hex(end)}) include PCI configuration space [0xcf8, 0xd00)`,
          notes: ['the cell can access the configuration space of every PCI device, unchecked'],
          key,
        }
      else if (region.base <= 0x64 && 0x64 < end)
        yield {
          span: at(region, 'base'),
          severity: 'hint',
          headline: 'port 0x64 of the keyboard controller remains trapped',
          notes: ['commands that reset the machine are dropped'],
          key,
        }
    }
  },
}
